import { describe, expect, test } from 'vitest'
import { dominates, labelFromName, marking, unclassified } from '../../../main/domain/label.ts'
import { sortFiles } from '../../../renderer/documents/chosen-files.ts'
import { citationText } from '../../../renderer/documents/citation-text.ts'
import { mayBeRead } from '../../../renderer/documents/format-names.ts'
import { labelChoices } from '../../../renderer/documents/label-choices.ts'
import { placeInSentence } from '../../../renderer/documents/quoted.ts'

describe('LBL-01 labels offered for new material', () => {
  test('said nothing, a new collection takes the ceiling and an old one its floor', () => {
    const ceiling = labelFromName('secret')
    expect(labelChoices(ceiling, null)[0]).toMatchObject({ name: null, label: ceiling })
    expect(labelChoices(ceiling, unclassified)[0]).toMatchObject({ name: null, label: unclassified })
  })

  test('nothing above the ceiling or below the floor is ever offered', () => {
    const ceiling = labelFromName('secret')
    const floor = labelFromName('confidential')
    for (const choice of labelChoices(ceiling, floor)) {
      expect(dominates(ceiling, choice.label)).toBe(true)
      expect(dominates(choice.label, floor)).toBe(true)
    }
    expect(labelChoices(ceiling, floor).map((choice) => choice.title)).toEqual(['CONFIDENTIAL', 'SECRET'])
  })

  test('the lowest ceiling leaves one choice only', () => {
    expect(labelChoices(unclassified, null).map((choice) => marking(choice.label))).toEqual(['UNCLASSIFIED'])
  })
})

describe('DOC-04 files chosen for an import', () => {
  test('what is of no kind that is read is told apart, and litter is not mentioned', () => {
    const named = (name: string) => new File(['x'], name)
    const chosen = sortFiles(['a.pdf', '.DS_Store', 'photo.png', 'Thumbs.db', 'README'].map(named))
    expect(chosen.files.map((file) => file.name)).toEqual(['a.pdf', 'README'])
    expect(chosen.leftOut).toEqual(['photo.png'])
  })

  test('endings count whatever their case', () => {
    expect(mayBeRead('REPORT.PDF')).toBe(true)
    expect(mayBeRead('archive.tar.gz')).toBe(false)
  })
})

describe('a quote that leaves the window', () => {
  test('LBL-01 takes its marking and its place along', () => {
    const cited = {
      quote: '7.4 metres\nat lowest tide',
      file: 'survey.pdf',
      locator: { kind: 'page' as const, page: 4, boxes: [] },
      label: labelFromName('cui'),
    }
    expect(citationText(cited)).toBe('(CUI) “7.4 metres at lowest tide” (survey.pdf, page 4)')
  })

  test('a place in a sentence keeps the letters of a heading', () => {
    expect(placeInSentence({ kind: 'paragraph', headings: ['Harbour', 'Charts'], paragraph: 3 })).toBe('Harbour › Charts, paragraph 3')
    expect(placeInSentence({ kind: 'lines', from: 3, to: 5 })).toBe('lines 3–5')
  })
})
