/** The short name of an attribute type where RFC 4514 §3 has one that every reader must know; `undefined` for all others. */
export function standardNameOf(oid: string): string | undefined {
  return standardNames[oid]
}

/** The short name of an attribute type for people, `organizationIdentifier` and the like included. */
export function shortNameOf(oid: string): string | undefined {
  return standardNames[oid] ?? otherNames[oid]
}

/** The OID of an attribute type as somebody wrote it: a short name in any case, a dotted OID, or one with `OID.` in front. */
export function attributeTypeOf(written: string): string | undefined {
  const type = written.replace(/^oid\./i, '')
  return /^\d/.test(type) ? type : oids.get(type.toLowerCase())
}

/** RFC 4514 §3. */
const standardNames: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '2.5.4.6': 'C',
  '2.5.4.9': 'STREET',
  '0.9.2342.19200300.100.1.25': 'DC',
  '0.9.2342.19200300.100.1.1': 'UID',
}

/** RFC 4519, RFC 5280 appendix A, ETSI EN 319 412-1 and the CA/Browser Forum: what certificates of banks carry besides. */
const otherNames: Readonly<Record<string, string>> = {
  '2.5.4.4': 'SN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.12': 'title',
  '2.5.4.13': 'description',
  '2.5.4.15': 'businessCategory',
  '2.5.4.16': 'postalAddress',
  '2.5.4.17': 'postalCode',
  '2.5.4.20': 'telephoneNumber',
  '2.5.4.41': 'name',
  '2.5.4.42': 'givenName',
  '2.5.4.43': 'initials',
  '2.5.4.44': 'generationQualifier',
  '2.5.4.46': 'dnQualifier',
  '2.5.4.65': 'pseudonym',
  '2.5.4.97': 'organizationIdentifier',
  '1.2.840.113549.1.9.1': 'emailAddress',
  '1.3.6.1.4.1.311.60.2.1.1': 'jurisdictionLocalityName',
  '1.3.6.1.4.1.311.60.2.1.2': 'jurisdictionStateOrProvinceName',
  '1.3.6.1.4.1.311.60.2.1.3': 'jurisdictionCountryName',
}

/** Other spellings that OpenSSL, Java and directories print. */
const aliases: readonly (readonly [string, string])[] = [
  ['commonname', '2.5.4.3'],
  ['surname', '2.5.4.4'],
  ['countryname', '2.5.4.6'],
  ['localityname', '2.5.4.7'],
  ['s', '2.5.4.8'],
  ['stateorprovincename', '2.5.4.8'],
  ['streetaddress', '2.5.4.9'],
  ['organizationname', '2.5.4.10'],
  ['organizationalunitname', '2.5.4.11'],
  ['t', '2.5.4.12'],
  ['gn', '2.5.4.42'],
  ['domaincomponent', '0.9.2342.19200300.100.1.25'],
  ['userid', '0.9.2342.19200300.100.1.1'],
  ['e', '1.2.840.113549.1.9.1'],
  ['email', '1.2.840.113549.1.9.1'],
  ['jurisdictionl', '1.3.6.1.4.1.311.60.2.1.1'],
  ['jurisdictionst', '1.3.6.1.4.1.311.60.2.1.2'],
  ['jurisdictionc', '1.3.6.1.4.1.311.60.2.1.3'],
]

const oids: ReadonlyMap<string, string> = new Map([
  ...Object.entries({ ...standardNames, ...otherNames }).map(([oid, name]) => [name.toLowerCase(), oid] as const),
  ...aliases,
])
