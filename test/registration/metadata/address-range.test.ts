import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isInRange, parseAddressRange } from '../../../src/registration/metadata/address-range.ts'

describe('address ranges', () => {
  it.each([
    '',
    '1.2.3',
    '1.2.3.4.5',
    '256.1.1.1',
    '01.2.3.4',
    '0x7f.1.1.1',
    '1.2.3.4/33',
    '1.2.3.4/',
    '1.2.3.4/-1',
    '1.2.3.4/8/8',
    ' 1.2.3.4',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::8',
    '12345::',
    'g::',
    'fe80::1%eth0',
    '::1.2.3',
    '1.2.3.4::',
    '::/129',
    'localhost',
  ])('has no address in %j', (text) => {
    expect(parseAddressRange(text)).toBeUndefined()
  })

  it.each([
    ['10.1.2.3', '10.0.0.0/8', true],
    ['11.0.0.0', '10.0.0.0/8', false],
    ['10.0.0.255', '10.0.0.0/25', false],
    ['10.0.0.127', '10.0.0.0/25', true],
    ['1.2.3.4', '0.0.0.0/0', true],
    ['1.2.3.4', '1.2.3.4', true],
    ['::1', '0.0.0.0/0', false],
    ['1.2.3.4', '::/0', false],
    ['::ffff:10.1.1.1', '10.0.0.0/8', true],
    ['10.1.1.1', '::ffff:10.0.0.0/104', true],
    ['2001:DB8::1', '2001:db8::/32', true],
    ['2001:db9::1', '2001:db8::/32', false],
    ['2001:db8:8000::', '2001:db8::/33', false],
    ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:0:0/96', true],
    ['64:ff9b::1.2.3.4', '64:ff9b::102:304', true],
    ['nonsense', '0.0.0.0/0', false],
    ['1.2.3.0/24', '1.2.3.4', false],
  ])('%s lies in %s: %s', (address, range, expected) => {
    expect(isInRange(address, range)).toBe(expected)
  })

  it('has every address in each of its own blocks, and in no neighbouring one', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.integer({ min: 1, max: 32 }), (address, bits) => {
        expect(isInRange(address, `${address}/${bits}`)).toBe(true)
        const octets = address.split('.').map(Number)
        const at = Math.floor((bits - 1) / 8)
        const other = octets.with(at, (octets[at] ?? 0) ^ (1 << (7 - ((bits - 1) % 8)))).join('.')
        expect(isInRange(other, `${address}/${bits}`)).toBe(false)
      }),
    )
  })

  it('reads IPv6 like everybody', () => {
    fc.assert(
      fc.property(fc.ipV6(), (address) => {
        const { hostname } = new URL(`http://[${address}]/`)
        expect(isInRange(hostname.slice(1, -1), address)).toBe(true)
      }),
    )
  })
})
