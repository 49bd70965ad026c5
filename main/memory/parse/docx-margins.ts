/** Lines at the head and foot of a DOCX file's pages, its watermark among them: the converter leaves them out, and a banner often stands there. */
import { parseLimits } from './limits.ts'

/** Bytes of one header or footer that are looked at; a longer one is no running head. */
const partCharsMax = 1024 * 1024

export const isMarginPart = (name: string): boolean => /^word\/(?:header|footer)\d*\.xml$/.test(name)

export const unescapeXml = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&apos;', "'").replaceAll('&amp;', '&')

export function marginLinesOf(xml: string): readonly string[] {
  const lines: string[] = []
  for (const paragraph of xml.slice(0, partCharsMax).split('</w:p>')) {
    let text = ''
    for (const [, watermark, run] of paragraph.matchAll(
      /<v:textpath\b[^>]*\bstring="([^"]*)"|<w:t(?:\s[^>]*)?>([^<]*)<\/w:t>|<w:tab\/>/g,
    )) {
      if (watermark !== undefined) lines.push(watermark)
      text += run ?? (watermark === undefined ? ' ' : '')
    }
    if (text.trim() !== '') lines.push(text)
  }
  return lines
    .slice(0, parseLimits.marginLinesMax)
    .map((line) => unescapeXml(line).replace(/\s+/g, ' ').trim().slice(0, parseLimits.marginLineCharsMax))
}
