/** Settings: the station, what its runs may do, how it looks, its keys, and whether everything works. */
import { ToggleGroup } from 'radix-ui'
import { useCall } from '../../api.tsx'
import { FailurePanel } from '../../components/failure-notice.tsx'
import { Screen } from '../../components/screen.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { setPreferences, themes, usePreferences } from '../../frame/preferences.ts'
import { AttendedSettings } from './attended-settings.tsx'
import { ExemptionSettings } from './exemption-settings.tsx'
import { KeySettings } from './key-settings.tsx'
import { QuotaSettings } from './quota-settings.tsx'
import { Section, Setting } from './section.tsx'
import { SelfCheck } from './self-check.tsx'
import { StationSettings } from './station-settings.tsx'
import { ToolSettings } from './tool-settings.tsx'

const themeNames = { system: 'System', light: 'Light', dark: 'Dark' } as const

function Appearance() {
  const { theme } = usePreferences()
  return (
    <Section id="appearance" title="Appearance">
      <Setting title="Theme" detail="System follows what this machine is set to.">
        <ToggleGroup.Root
          type="single"
          value={theme}
          aria-label="Theme"
          onValueChange={(chosen) => {
            const next = themes.find((one) => one === chosen)
            if (next !== undefined) setPreferences({ theme: next })
          }}
          className="inline-flex rounded-md border border-edge bg-sunken p-0.5"
        >
          {themes.map((one) => (
            <ToggleGroup.Item
              key={one}
              value={one}
              className="h-6.5 rounded-[6px] px-3 text-small font-medium text-ink-2 transition-colors hover:text-ink data-[state=on]:bg-raised data-[state=on]:text-ink data-[state=on]:shadow-card"
            >
              {themeNames[one]}
            </ToggleGroup.Item>
          ))}
        </ToggleGroup.Root>
      </Setting>
    </Section>
  )
}

export function SettingsScreen() {
  const station = useCall('station.status', {})
  return (
    <Screen title="Settings">
      {station.isPending ? (
        <SkeletonRows label="Reading the settings" />
      ) : station.isError ? (
        <FailurePanel failure={station.error.failure} onRetry={() => void station.refetch()} />
      ) : (
        <div className="min-h-0 flex-1 overflow-auto">
          <div className="mx-auto max-w-200 px-7 pt-7">
            <StationSettings status={station.data} />
            <QuotaSettings />
            <AttendedSettings />
            <ExemptionSettings />
            <ToolSettings />
            <Appearance />
            <SelfCheck />
            <KeySettings />
          </div>
        </div>
      )}
    </Screen>
  )
}
