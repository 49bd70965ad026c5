/** A paper with everything in it, and one that would break out of its format if any format let it. */
import { join, type Label, labelFromName, unclassified } from '../../main/domain/label.ts'
import { contentDigest, inertPaper, type PaperContent, paperLabel, type WorkingPaper } from '../../main/domain/working-paper.ts'
import { sha256 } from '../../main/store/event-log.ts'

const secret: Label = { ...labelFromName('secret'), categories: ['SI'], releasability: 'noforn' }
const confidential = labelFromName('confidential')

const source = (n: number, portion: Label, file: string, quote: string): PaperContent['sections'][number]['sources'][number] => ({
  ...{ n, portion, document: portion, file, place: 'Page 3', quote, isVerified: true, digest: sha256(file), imported: '281200Z NOV 26' },
  particulars: { originator: 'Port Elsine Harbour Board', serial: 'IR-0417', date: '12 March 2026' },
})

const content: PaperContent = {
  kind: 'answer',
  id: 'run_01JABCDEFGHJKMNPQRSTVWXYZ0',
  title: 'How deep is the eastern quay, and who waits beyond it?',
  sections: [
    {
      question: { portion: unclassified, text: 'How deep is the eastern quay, and who waits beyond it?' },
      claims: [
        { portion: unclassified, text: 'The eastern quay is 9 m deep at low water.', isSupported: true, sources: [1] },
        { portion: secret, text: 'A convoy of four vessels waits beyond the bar.', isSupported: true, sources: [2, 3] },
        { portion: secret, text: 'It will leave before noon.', isSupported: false, sources: [] },
      ],
      sources: [
        source(1, unclassified, '01-harbour-survey.pdf', 'the eastern quay is 9 m deep at low water'),
        source(2, secret, '07-pilot-log.docx', 'four vessels wait beyond the bar'),
        {
          ...source(3, confidential, '09-note.txt', 'a convoy was seen at first light'),
          isVerified: false,
          digest: null,
          imported: null,
          particulars: null,
        },
      ],
      origin: {
        ...{ runId: 'run_01JABCDEFGHJKMNPQRSTVWXYZ0', tier: 'edge', device: 'cpu (4 threads)', at: '291432Z NOV 26' },
        model: { name: 'Granite 4 micro', digest: sha256('granite') },
      },
      nearest: [],
    },
  ],
}

export function paperOf(given: PaperContent, extra: Partial<WorkingPaper> = {}): WorkingPaper {
  const shown = inertPaper(given)
  return {
    ...shown,
    label: paperLabel(given, unclassified),
    release: null,
    authority: { classifiedBy: 'j.analyst', derivedFrom: 'Multiple sources, see Sources', declassifyOn: '29 NOV 2036' },
    made: { station: 'desk-7', account: 'j.analyst', at: '291500Z NOV 26', version: '0.1.0' },
    content: contentDigest(given, sha256),
    ...extra,
  }
}

export const wholePaper = paperOf(content)
export const releasedPaper = paperOf(content, { release: { by: 'r.reviewer', at: '301200Z NOV 26' } })
export const emptyPaper = paperOf({
  ...content,
  sections: content.sections.map((section) => ({
    ...section,
    claims: [],
    sources: [],
    nearest: ['01-harbour-survey.pdf'],
    origin: { ...section.origin, tier: 'reflex', model: null },
  })),
})

/** What would run, load, link, turn or hide where a format let it. */
export const hostileTexts = [
  '<script>alert(1)</script><img src=x onerror=alert(2)>',
  '"><a href="https://evil.example/?q=secret">click</a>',
  '![pixel](https://evil.example/p.png) [link](javascript:alert(1)) <https://evil.example>',
  '# A heading\n\n- a list\n> a quotation\n```\ncode\n```',
  '=HYPERLINK("https://evil.example","click")',
  "+1+cmd|' /C calc'!A0",
  '-2+3',
  '@SUM(1+1)',
  '\t=1+1',
  '\r=1+1',
  '＝1+1',
  '＋1',
  '－1',
  '＠SUM(1)',
  'turned \u202egnp.exe, isolated \u2066hidden\u2069, tag \u{e0041}, bell \u0007, escape \u001b[2J, zero\u200bwidth',
  'quotes " and \' and & and ; and , and </td></table></body>',
  'Привет, Ελληνικά, Tiếng Việt, Łódź, 日本語, עברית, 🚢',
  `${'longword'.repeat(60)}`,
]

export const hostilePaper = paperOf({
  ...content,
  title: hostileTexts[0] ?? '',
  sections: [
    {
      ...(content.sections[0] as PaperContent['sections'][number]),
      question: { portion: join(secret, confidential), text: hostileTexts.join(' ') },
      claims: hostileTexts.map((text, at) => ({ portion: confidential, text, isSupported: true, sources: [at + 1] })),
      sources: hostileTexts.map((text, at) => source(at + 1, confidential, text, text)),
      origin: {
        runId: content.id,
        tier: 'edge',
        device: hostileTexts[1] ?? '',
        at: '291432Z NOV 26',
        model: { name: hostileTexts[2] ?? '', digest: null },
      },
    },
  ],
})
