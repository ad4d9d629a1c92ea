export { type Certificates, type ClientTrust, createCertificates } from './create-certificates.ts'
export { provideSelfSignedCertificate } from './provide-self-signed-certificate.ts'
export { type RevocationListView, readRevocationList } from './read-revocation-list.ts'
export { readTrustedCa, type TrustedCaView } from './read-trusted-ca.ts'
