/** The documents held here: drop files in, see what became of each, open one. */
import { Screen } from '../components/screen.tsx'

export function DocumentsScreen() {
  return <Screen title="Documents">{null}</Screen>
}
