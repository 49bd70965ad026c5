/** Health: what went wrong and waits for an explanation, how agents and tiers do, and whether what lies here is what was signed. */
import { useCall } from '../../api.tsx'
import { Chip } from '../../components/chip.tsx'
import { Screen } from '../../components/screen.tsx'
import { Tabs } from '../../components/tabs.tsx'
import { formatCount } from '../../format.ts'
import { AgentsView } from './agents-view.tsx'
import { BudgetsView } from './budgets-view.tsx'
import { DriftView } from './drift-view.tsx'
import { IncidentsView } from './incidents-view.tsx'
import { ReviewView } from './review-view.tsx'

export function HealthScreen() {
  const open = useCall('incidents.list', { limit: 1, isOpen: true }).data?.total ?? 0
  return (
    <Screen title="Health" manual="health" chips={open > 0 && <Chip tone="warn">{formatCount(open)} open</Chip>}>
      <Tabs
        label="Health"
        tabs={[
          { id: 'incidents', title: 'Incidents', content: <IncidentsView /> },
          { id: 'budgets', title: 'Error budgets', content: <BudgetsView /> },
          { id: 'agents', title: 'Agents', content: <AgentsView /> },
          { id: 'drift', title: 'Drift', content: <DriftView /> },
          { id: 'review', title: 'Review', content: <ReviewView /> },
        ]}
      />
    </Screen>
  )
}
