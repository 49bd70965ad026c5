import type { StationStatus } from '../../../main/contract/station.ts'
export function FirstRun({ status }: { status: StationStatus }) {
  return <p>{status.version}</p>
}
