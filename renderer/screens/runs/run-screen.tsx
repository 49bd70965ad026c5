import { Screen } from '../../components/screen.tsx'
export function RunScreen({ runId }: { runId: string }) {
  return <Screen title={runId}>{null}</Screen>
}
