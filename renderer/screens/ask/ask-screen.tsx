import { Screen } from '../../components/screen.tsx'
export function AskScreen({ conversationId }: { conversationId: string | null; suggestion: string }) {
  return <Screen title={conversationId ?? 'Ask'}>{null}</Screen>
}
