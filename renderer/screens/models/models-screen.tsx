import { Screen } from '../../components/screen.tsx'
export function ModelsScreen() {
  return <Screen title="Models">{null}</Screen>
}
