/** The standard colours of markings on paper. */
import type { BannerColour } from '../domain/label.ts'

export const bannerInk: Readonly<Record<BannerColour, { readonly background: string; readonly ink: string }>> = {
  unclassified: { background: '#007a33', ink: '#ffffff' },
  cui: { background: '#502b85', ink: '#ffffff' },
  confidential: { background: '#0033a0', ink: '#ffffff' },
  secret: { background: '#c8102e', ink: '#ffffff' },
  top_secret: { background: '#ff8c00', ink: '#000000' },
  compartmented: { background: '#fce83a', ink: '#000000' },
}
