/** A paper as one HTML file: no script, no link, no picture, nothing that is fetched; the banner stands on every page of its print. */
import { bannerColour, marking } from '../domain/label.ts'
import type { PaperLine } from '../domain/paper-lines.ts'
import type { WorkingPaper } from '../domain/working-paper.ts'
import { bannerInk } from './banner-ink.ts'

export const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;')

const marked = (mark: string | null, text: string): string =>
  `${mark === null ? '' : `<span class="mark">${escapeHtml(mark)}</span> `}<bdi>${escapeHtml(text)}</bdi>`

function block(line: PaperLine): string {
  switch (line.kind) {
    case 'title':
      return `<h1>${marked(line.mark, line.text)}</h1>`
    case 'heading':
      return `<h2>${escapeHtml(line.text)}</h2>`
    case 'status':
      return `<p class="status">${escapeHtml(line.text)}</p>`
    case 'note':
      return `<p class="note">${escapeHtml(line.text)}</p>`
    case 'question':
      return `<h2>${marked(line.mark, line.text)}</h2>`
    case 'claim': {
      const numbers = line.sources.map((n) => ` <span class="n">[${n}]</span>`).join('')
      return `<p>${marked(line.mark, line.text)}${numbers}${line.isSupported ? '' : ' <span class="unsupported">(no source supports this)</span>'}</p>`
    }
    case 'source':
      return `<div class="source"><span class="n">${line.n}.</span> ${marked(line.mark, line.about)}<q><bdi>${escapeHtml(line.quote)}</bdi></q><span class="proof">${escapeHtml(line.proof)}</span></div>`
    case 'facts':
      return `<dl>${line.rows.map(([name, value]) => `<dt>${escapeHtml(name)}</dt><dd><bdi>${escapeHtml(value)}</bdi></dd>`).join('')}</dl>`
    case 'signature':
      return '<p class="signature"><span>Released by</span><span>Date</span></p>'
  }
}

const style = (background: string, ink: string): string => `
@page{size:A4;margin:12mm 18mm}
*{box-sizing:border-box}
body{margin:0;background:#fff;color:#1c1a17;font:15px/1.5 "IBM Plex Sans",system-ui,sans-serif}
table{width:100%;border-collapse:collapse}
td{padding:0}
thead td{padding-bottom:14px}
tfoot td{padding-top:14px}
.banner{background:${background};color:${ink};font-weight:600;letter-spacing:.08em;text-align:center;padding:4px 8px;-webkit-print-color-adjust:exact;print-color-adjust:exact}
main{max-width:46rem;margin:0 auto;padding:28px 24px}
h1{font-size:26px;line-height:1.25;margin:0 0 12px}
h2{font-size:18px;line-height:1.35;margin:28px 0 8px}
p{margin:0 0 10px}
.status{border:1px solid #1c1a17;padding:6px 10px;font-weight:600}
.note,.proof{color:#57524a}
.mark{font-weight:600;white-space:nowrap}
.n{font-variant-numeric:tabular-nums;white-space:nowrap}
.unsupported{color:#8a3b12}
.source{margin:0 0 14px;font-size:13.5px;break-inside:avoid}
.source q,.source .proof{display:block;margin-left:22px;overflow-wrap:anywhere}
dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 16px;margin:12px 0;font-size:13.5px}
dt{color:#57524a}
dd{margin:0;overflow-wrap:anywhere}
.signature{display:flex;gap:24px;margin-top:48px}
.signature span{flex:1;border-top:1px solid #1c1a17;padding-top:4px;font-size:13px}
`

/** Head and foot of a table stand on each page of a print, at the screen's top and bottom otherwise. */
export function htmlPaper({ label, title }: Pick<WorkingPaper, 'label' | 'title'>, lines: readonly PaperLine[]): string {
  const { background, ink } = bannerInk[bannerColour(label)]
  const banner = `<tr><td><div class="banner">${escapeHtml(marking(label))}</div></td></tr>`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(`${marking(label)} – ${title}`)}</title>
<style>${style(background, ink)}</style>
</head>
<body>
<table role="presentation">
<thead>${banner}</thead>
<tbody><tr><td><main>
${lines.map(block).join('\n')}
</main></td></tr></tbody>
<tfoot>${banner}</tfoot>
</table>
</body>
</html>
`
}
