/** IP literals: two spellings of one address are one, and which of them lie inside of a site. Names are no addresses. Pure. */

function groupsOf4(host: string): readonly number[] | null {
  const bytes = host.split('.').map((part) => (/^(0|[1-9]\d{0,2})$/.test(part) ? Number(part) : 256))
  if (bytes.length !== 4 || bytes.some((byte) => byte > 255)) return null
  const [a = 0, b = 0, c = 0, d = 0] = bytes
  return [0, 0, 0, 0, 0, 0xffff, a * 256 + b, c * 256 + d]
}

function groupsOf6(host: string): readonly number[] | null {
  const halves = host.split('::')
  if (halves.length > 2) return null
  const parse = (half: string): readonly number[] =>
    half === ''
      ? []
      : half.split(':').flatMap((part): readonly number[] => {
          if (part.includes('.')) return groupsOf4(part)?.slice(6) ?? [Number.NaN]
          return [/^[0-9a-f]{1,4}$/i.test(part) ? Number.parseInt(part, 16) : Number.NaN]
        })
  const [head = [], tail = []] = halves.map(parse)
  const gap = 8 - head.length - tail.length
  if (halves.length === 1 ? gap !== 0 : gap < 1) return null
  const groups = [...head, ...Array.from({ length: halves.length === 1 ? 0 : gap }, () => 0), ...tail]
  return groups.some((group) => Number.isNaN(group)) ? null : groups
}

const groupsOf = (host: string): readonly number[] | null => (host.includes(':') ? groupsOf6(host) : groupsOf4(host))

/** One spelling for each address; null for what is no IP literal. An IPv4 address within IPv6 is the same address. */
export const addressKey = (host: string): string | null =>
  groupsOf(host)
    ?.map((group) => group.toString(16))
    .join(':') ?? null

/** This machine itself: 127.0.0.0/8 and ::1. */
export function isLoopback(host: string): boolean {
  const groups = groupsOf(host)
  if (groups === null) return false
  const is4 = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff
  return is4 ? (groups[6] ?? 0) >> 8 === 127 : addressKey(host) === '0:0:0:0:0:0:0:1'
}

/** This machine, or an address that no public network routes: RFC 1918, RFC 6598, link-local, and unique local IPv6. */
export function isInternal(host: string): boolean {
  const groups = groupsOf(host)
  if (groups === null) return false
  if (isLoopback(host)) return true
  const [first = 0] = groups
  const is4 = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff
  if (!is4) return (first & 0xfe00) === 0xfc00 || (first & 0xffc0) === 0xfe80
  const [, , , , , , high = 0] = groups
  const [a, b] = [high >> 8, high & 255]
  return (
    a === 10 ||
    (a === 172 && b >= 16 && b <= 31) ||
    (a === 192 && b === 168) ||
    (a === 100 && b >= 64 && b <= 127) ||
    (a === 169 && b === 254)
  )
}

/** The address of one machine: neither none, nor all, nor a group. */
export function isOneMachine(host: string): boolean {
  const groups = groupsOf(host)
  if (groups === null) return false
  const is4 = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff
  if (is4) return (groups[6] ?? 0) >> 8 > 0 && (groups[6] ?? 0) >> 8 < 224
  return groups.some((group) => group !== 0) && ((groups[0] ?? 0) & 0xff00) !== 0xff00
}
