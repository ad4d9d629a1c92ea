/** An IPv4 or IPv6 address, or a block of them (`192.0.2.0/24`, `2001:db8::/32`; RFC 4632, RFC 4291). */
export interface AddressRange {
  /** IPv4-mapped IPv6 addresses are the IPv4 addresses that they hold. */
  readonly octets: readonly number[]
  readonly bits: number
}

export function parseAddressRange(text: string): AddressRange | undefined {
  const known = recent.get(text)
  if (known !== undefined) return known
  const range = parse(text)
  if (range === undefined) return undefined
  // An operator's ranges are asked about at every request.
  if (recent.size >= recentMax) recent.clear()
  recent.set(text, range)
  return range
}

const recent = new Map<string, AddressRange>()
const recentMax = 256

function parse(text: string): AddressRange | undefined {
  const [address = '', length, ...rest] = text.split('/')
  const octets = ipv4(address) ?? ipv6(address)
  if (octets === undefined || rest.length > 0 || (length !== undefined && !/^(?:0|[1-9][0-9]{0,2})$/.test(length)))
    return undefined
  const bits = length === undefined ? octets.length * 8 : Number(length)
  if (bits > octets.length * 8) return undefined
  return isMapped(octets) && bits >= 96 ? { octets: octets.slice(12), bits: bits - 96 } : { octets, bits }
}

export function isInRange(address: string, range: string): boolean {
  const one = parseAddressRange(address)
  const all = parseAddressRange(range)
  if (one === undefined || all === undefined || one.octets.length !== all.octets.length || one.bits < all.bits) return false
  return all.octets.every((octet, index) => {
    const shift = 8 - Math.min(8, Math.max(0, all.bits - index * 8))
    return octet >> shift === (one.octets[index] ?? 0) >> shift
  })
}

function ipv4(text: string): readonly number[] | undefined {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9][0-9]{0,2})$/.test(part) && Number(part) < 256)) return undefined
  return parts.map(Number)
}

function ipv6(text: string): readonly number[] | undefined {
  const halves = text.split('::')
  const [head, tail] = halves.map((half, index) => groups(half, index === halves.length - 1))
  if (head === undefined || halves.length > 2) return undefined
  if (halves.length === 1) return head.length === 16 ? head : undefined
  const missing = tail === undefined ? 0 : 16 - head.length - tail.length
  return missing < 2 || tail === undefined ? undefined : [...head, ...Array<number>(missing).fill(0), ...tail]
}

/** Groups of four hexadecimal digits, at the end perhaps an IPv4 address; undefined where they are none. */
function groups(text: string, isEnd: boolean): readonly number[] | undefined {
  if (text === '') return []
  const parts = text.split(':')
  const embedded = isEnd ? ipv4(parts.at(-1) ?? '') : undefined
  const words = embedded === undefined ? parts : parts.slice(0, -1)
  if (!words.every((word) => /^[0-9A-Fa-f]{1,4}$/.test(word))) return undefined
  return [...words.map((word) => Number.parseInt(word, 16)).flatMap((word) => [word >> 8, word & 255]), ...(embedded ?? [])]
}

function isMapped(octets: readonly number[]): boolean {
  return octets.length === 16 && octets.slice(0, 10).every((octet) => octet === 0) && octets[10] === 255 && octets[11] === 255
}
