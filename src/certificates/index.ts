export { createCertificates } from './create-certificates.ts'
export { provideSelfSignedCertificate } from './provide-self-signed-certificate.ts'
export { readRevocationList } from './read-revocation-list.ts'
export { readTrustedCa } from './read-trusted-ca.ts'
