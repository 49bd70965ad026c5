/** Settings: the station, what its runs may do, how it looks, its keys, and whether everything works. */
import { useCall } from '../../api.tsx'
import { FailurePanel } from '../../components/failure-notice.tsx'
import { Screen } from '../../components/screen.tsx'
import { Segments } from '../../components/segments.tsx'
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
        <Segments
          label="Theme"
          value={theme}
          choices={themes.map((one) => ({ value: one, title: themeNames[one] }))}
          onChoose={(chosen) => setPreferences({ theme: chosen })}
        />
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
