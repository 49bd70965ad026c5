/** A folder that is dropped on the screen: the desktop says where it lies, a browser does not, and that is said. */
import { useState } from 'react'
import { useApi } from '../../api.tsx'
import { useFileDrop } from '../../components/use-file-drop.ts'

const said = {
  browser:
    'A browser does not say where a dropped folder lies. Type its whole path on the machine of Holdfast, or choose it from the media found.',
  file: 'That is a file. Drop the folder that holds BUNDLE.json.',
  many: 'Drop one folder at a time.',
  nowhere: 'The system does not say where that lies. Type its whole path.',
} as const

export interface MediumDrop {
  readonly isOver: boolean
  /** Why what was dropped names no folder. */
  readonly problem: string | null
  /** A path was named in another way. */
  readonly forget: () => void
}

export function useMediumDrop(isDisabled: boolean, onPath: (path: string) => void): MediumDrop {
  const { pathOf } = useApi()
  const [problem, setProblem] = useState<string | null>(null)
  const take = ({ items, files }: DataTransfer): string | null => {
    const [file] = files
    if (pathOf === null) return said.browser
    if (files.length > 1) return said.many
    if (items[0]?.webkitGetAsEntry()?.isFile === true) return said.file
    const path = file === undefined ? null : pathOf(file)
    if (path === null) return said.nowhere
    onPath(path)
    return null
  }
  const isOver = useFileDrop((dropped) => {
    if (!isDisabled) setProblem(take(dropped))
  })
  return { isOver: isOver && !isDisabled, problem, forget: () => setProblem(null) }
}
