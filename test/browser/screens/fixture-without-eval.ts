/** Before any schema is made: the content policy of the page refuses code made from strings. */
import * as z from 'zod'

z.config({ jitless: true })
