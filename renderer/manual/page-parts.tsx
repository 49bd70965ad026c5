/** The parts of a page in the measure of a page. */
import { Part } from './part.tsx'
import type { ManualPage } from './read-page.ts'
import { type Reading, ReadingContext } from './reading.ts'

export const PageParts = ({ page, reading }: { page: Pick<ManualPage, 'sections'>; reading: Reading }) => (
  <article className="mx-auto max-w-184 px-7 pt-7 pb-16 leading-5.5 [&_mark]:text-ink">
    <ReadingContext value={reading}>
      {page.sections.map((section) => (
        <Part key={section.anchor ?? ''} section={section} />
      ))}
    </ReadingContext>
  </article>
)
