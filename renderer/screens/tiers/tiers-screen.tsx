/** Tiers: where tasks may run, where they went and why, and what would happen to one. */
import { useState } from 'react'
import { useCall } from '../../api.tsx'
import { Button } from '../../components/button.tsx'
import { Chip } from '../../components/chip.tsx'
import { Screen } from '../../components/screen.tsx'
import { Tabs } from '../../components/tabs.tsx'
import { Decisions } from './decisions.tsx'
import { Egress } from './egress.tsx'
import { EndpointDialog } from './endpoint-dialog.tsx'
import { Endpoints } from './endpoints.tsx'
import { Policy } from './policy.tsx'
import { Serve } from './serve.tsx'
import { WhatWouldHappen } from './what-would-happen.tsx'

export function TiersScreen() {
  const tiers = useCall('tiers.list', {}).data
  const [isAdding, setAdding] = useState(false)
  const add = () => setAdding(true)
  return (
    <Screen
      title="Tiers"
      chips={
        tiers !== undefined && (
          <Chip tone={tiers.isTightened ? 'bad' : 'plain'}>
            {tiers.isTightened ? 'policy broken' : tiers.policyVersion === 0 ? 'built-in policy' : `policy ${tiers.policyVersion}`}
          </Chip>
        )
      }
      actions={<Button onClick={add}>Add an endpoint…</Button>}
    >
      <Tabs
        label="Tiers"
        tabs={[
          { id: 'endpoints', title: 'Endpoints', content: <Endpoints onAdd={add} />, manual: 'endpoints' },
          { id: 'decisions', title: 'Decisions', content: <Decisions />, manual: 'tiers' },
          { id: 'egress', title: 'Ways out', content: <Egress />, manual: 'egress' },
          { id: 'policy', title: 'Policy', content: <Policy />, manual: 'policy' },
          { id: 'serve', title: 'Programs', content: <Serve />, manual: 'serve' },
          { id: 'try', title: 'What would happen', content: <WhatWouldHappen />, manual: 'tiers' },
        ]}
      />
      <EndpointDialog endpoint={null} isOpen={isAdding} onClose={() => setAdding(false)} />
    </Screen>
  )
}
