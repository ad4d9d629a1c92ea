import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkNameNotation } from '../../../src/registration/metadata/check-name-notation.ts'
import {
  type DistinguishedName,
  isSameName,
  nameAttribute,
  parseDistinguishedName,
  writeDistinguishedName,
} from '../../../src/registration/metadata/distinguished-name.ts'

function read(text: string): DistinguishedName {
  const name = parseDistinguishedName(text)
  if ('problem' in name) throw new Error(name.problem)
  return name
}

const isSame = (one: string, other: string) => isSameName(read(one), read(other))

describe('a distinguished name (RFC 4514)', () => {
  it.each([
    ['', 'no attribute type'],
    ['CN', 'no attribute type'],
    ['client', 'no attribute type'],
    ['=client', 'no attribute type'],
    ['CN=a,', 'no attribute type'],
    ['CN=a,,O=b', 'no attribute type'],
    ['CN=a+', 'no attribute type'],
    ['/C=DE/O=Bank', 'no attribute type'],
    ['CN=a;O=b', 'not escaped'],
    ['O="Bank, Inc."', 'not escaped'],
    ['CN=a<b', 'not escaped'],
    ['CN=a\\', 'not escaped'],
    ['CN=a\\xyz', 'not escaped'],
    ['CN=a\0', 'not escaped'],
    ['CN=\\C3', 'not UTF-8'],
    ['CN=#', 'pairs of hexadecimal digits'],
    ['CN=#0c0', 'pairs of hexadecimal digits'],
    ['CN=#0c01xx', 'pairs of hexadecimal digits'],
    ['CN=#0c0261', 'not a DER value'],
    ['CN=#0c016161', 'not a DER value'],
    ['CN=#0c810161', 'not a DER value'],
    ['CN=#0c01ff', 'not a DER value'],
    ['CN=#1301c3', 'not a DER value'],
    ['CN=#1e0100', 'not a DER value'],
    ['CN=#1e02d800', 'not a DER value'],
    ['CN=#1c0400110000', 'not a DER value'],
    ['CN=#1f8101', 'not a DER value'],
    ['CN=#0c', 'not a DER value'],
    ['favouriteColour=blue', 'dotted OID'],
    ['3.1=a', 'no attribute type'],
    ['2.05=a', 'no attribute type'],
  ])('is not %j', (text, problem) => {
    expect(parseDistinguishedName(text)).toEqual({ problem: expect.stringContaining(problem) })
  })

  it.each([
    ['CN=client,O=Bank', 'O=Bank,CN=client'],
    ['CN=client,O=Bank', 'CN=client'],
    ['CN=client,O=Bank', 'CN=client+O=Bank'],
    ['CN=client,O=Bank', 'CN=client\\,O\\=Bank'],
    ['CN=a+OU=', 'CN=a\\+OU\\='],
    ['CN=a', 'OU=a'],
    ['CN=ab', 'CN=a b'],
    ['CN=a\\00b', 'CN=ab'],
    ['CN=a\\C2\\ADb', 'CN=ab'],
    ['CN=i', 'CN=\\C4\\B1'],
    ['CN=#030200ff', 'CN=#030200fe'],
  ])('%s is not the same as %s', (one, other) => {
    expect(isSame(one, other)).toBe(false)
  })

  it('that is empty is the same as none, not even another empty one', () => {
    expect(isSameName([], [])).toBe(false)
  })

  it.each([
    ['CN=client,O=Bank,C=DE', 'cn=CLIENT, o = bank , c=de'],
    ['CN=client,O=Bank,C=DE', '2.5.4.3=client,2.5.4.10=Bank,OID.2.5.4.6=DE'],
    ['O=ACME\\, Inc', 'O=ACME\\2C Inc'],
    ['O=a\\+b\\"c\\"\\#\\;\\<\\>\\\\', 'O=a\\2Bb\\22c\\22#\\3B\\3C\\3E\\5C'],
    ['CN=\\#1', 'CN=\\231'],
    ['CN=a=b', 'CN=a\\=b'],
    ['CN=\\ a\\ ', 'CN=a'],
    ['CN=a  \t b', 'CN=a b'],
    ['CN=', 'CN=\\ '],
    ['O=K\\C3\\A4se', 'O=Käse'],
    ['O=Straße', 'O=STRASSE'],
    ['O=ΣΑΣ', 'O=σας'],
    ['O=Ka\u0308se', 'O=käse'],
    ['OU=b+CN=a', 'CN=A+OU=B'],
    ['2.5.4.97=#0C0750534442522D31', '2.5.4.97=#130750534442522d31'],
    ['2.5.4.97=#0c0750534442522d31', 'organizationIdentifier=psdbr-1'],
    ['2.5.4.97=#1e020041', '2.5.4.97=#1c0400000041'],
    ['2.5.4.97=#1401e4', '2.5.4.97=#0c02c3a4'],
    ['2.5.4.97=#120137', '2.5.4.97=#160137'],
    ['1.3.6.1.4.1.311.60.2.1.3=BR', 'jurisdictionC=br'],
    ['2.5.4.45=#030200ff', '2.5.4.45=#030200FF'],
    ['E=ops@bank.example', '1.2.840.113549.1.9.1=#16106f70734062616e6b2e6578616d706c65'],
  ])('%s is the same as %s (OFBR-DN-04, OFBR-DN-06)', (one, other) => {
    expect(isSame(one, other)).toBe(true)
  })

  it('tells the value of an organizationIdentifier whatever its notation (OFBR-DN-07)', () => {
    const attributes = read(
      'CN=a,2.5.4.97=#132A4F464242522D64373338346264302D383432662D343363352D626530322D396432623264356566633263',
    ).flat()
    expect(attributes.find(({ oid }) => oid === '2.5.4.97')?.text).toBe('OFBBR-d7384bd0-842f-43c5-be02-9d2b2d5efc2c')
  })

  it('is written in reverse order, with nine short names, and DER for every other type (OFBR-DN-01, OFBR-DN-02, OFBR-DN-03)', () => {
    const attributes = [
      ['2.5.4.97', '130141'],
      ['2.5.4.45', '030200ff'],
      ['2.5.4.10', '0c0941434d452c20496e63'],
      ['2.5.4.3', '0c03202320'],
      ['0.9.2342.19200300.100.1.1', '030200ff'],
    ].map(([oid = '', der = '']) => [nameAttribute(oid, der) ?? { oid: 'unreadable' }])
    expect(writeDistinguishedName(attributes)).toBe('2.5.4.97=#130141,2.5.4.45=#030200ff,O=ACME\\, Inc,CN=\\ #\\ ,UID=#030200ff')
  })

  it('survives being written and read, whatever its values are', () => {
    const oid = fc.constantFrom('2.5.4.3', '2.5.4.10', '0.9.2342.19200300.100.1.25')
    const attribute = fc.record({ oid, text: fc.string({ unit: 'grapheme', maxLength: 12 }) })
    const name = fc.array(fc.array(attribute, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(name, (original) => {
        expect(read(writeDistinguishedName(original))).toEqual(original)
      }),
    )
  })

  it('is read or refused in no time, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('C', 'N', '=', ',', '+', '\\', ' ', '#', '0', '.', 'é') }), (text) => {
        expect(() => parseDistinguishedName(text)).not.toThrow()
      }),
    )
    const started = performance.now()
    parseDistinguishedName(`CN=${' \\'.repeat(50_000)}`)
    parseDistinguishedName(`CN=${'a '.repeat(50_000)};`)
    expect(performance.now() - started).toBeLessThan(1000)
  })
})

describe('the notation of Open Finance Brasil (OFBR-DN-02, OFBR-DN-03, OFBR-DN-05)', () => {
  it.each([
    'businessCategory=Private Organization',
    'OID.2.5.4.15=#0c0141',
    'SERIALNUMBER=1',
    '2.5.4.15=Private',
    '2.5.4.3=#0c0141',
    '2.5.4.3=a',
    'CN=#0c0141',
    'commonName=a',
    'E=a',
    'CN=a;O=b',
    'CN=a,x=y',
  ])('is not %s', (text) => {
    expect(checkNameNotation(text)).toEqual(expect.any(String))
  })

  it('is nine short names with readable values, and dotted OIDs with DER', () => {
    const category = '2.5.4.15=#0C1450726976617465204F7267616E697A6174696F6E'
    const name = `UID=1234,1.3.6.1.4.1.311.60.2.1.3=#13024252,${category},2.5.4.5=#130137,CN=client,OU=a+O=b,L=c,ST=d,STREET=e,DC=f,C=BR`
    expect(checkNameNotation(name)).toBeUndefined()
  })
})
