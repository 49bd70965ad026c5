/** An answer crosses the border as the domain knows it. */
export { Answer, AnsweredClaim, Citation, NearestDocument } from '../domain/answer.ts'
