import { Screen } from '../../components/screen.tsx'
export function RunsScreen() {
  return <Screen title="Runs">{null}</Screen>
}
