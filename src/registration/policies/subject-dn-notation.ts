import { Type } from 'typebox'
import { checkNameNotation } from '../metadata/check-name-notation.ts'
import { echo } from '../metadata/echo.ts'
import { definePolicy, refuse } from '../policy-authority/define-policy.ts'

export default definePolicy({
  name: 'subject-dn-notation',
  summary: 'The subject of a client certificate is written in the one notation of Open Finance Brasil, and by nothing else.',
  cites: ['OFBR-DN-02', 'OFBR-DN-03', 'OFBR-DN-05', 'OFBR-12', 'OFBR-13', 'OBUK-RQ-18', 'SSP-23'],
  concerns: 'metadata',
  options: Type.Object(
    {
      charactersMax: Type.Integer({
        description: 'How long tls_client_auth_subject_dn may be.',
        minimum: 16,
        maximum: 2048,
        default: 1024,
      }),
      alternativeNames: Type.Enum(['refuse', 'allow'], {
        description: 'Certificates that are named by a DNS name, URI, IP address or e-mail address instead of their subject.',
        default: 'refuse',
      }),
    },
    { additionalProperties: false },
  ),

  judge({ metadata }, { charactersMax, alternativeNames }) {
    const subject = metadata[member]
    const problem = typeof subject === 'string' ? subjectProblem(subject, charactersMax) : undefined
    const others = alternativeNames === 'allow' ? [] : alternatives.filter((name) => metadata[name] !== undefined)
    return [
      ...(problem === undefined
        ? []
        : [refuse('invalid_client_metadata', member, `${member} ${problem}: ${echo(String(subject))}`)]),
      ...others.map((name) => refuse('invalid_client_metadata', name, `${name} must be left out; send ${member}`)),
    ]
  },

  examples: {
    options: { charactersMax: 256, alternativeNames: 'refuse' },
    allows: [{ tls_client_auth_subject_dn: 'UID=s1,2.5.4.97=#0c084f464242522d6f31,CN=app.example,O=Acme\\, Inc,C=BR' }, {}],
    refuses: [
      { tls_client_auth_subject_dn: 'organizationIdentifier=OFBBR-o1,CN=app.example' },
      { tls_client_auth_subject_dn: 'OID.2.5.4.97=#0c084f464242522d6f31,CN=app.example' },
      { tls_client_auth_subject_dn: '2.5.4.97=OFBBR-o1,CN=app.example' },
      { tls_client_auth_subject_dn: 'SERIALNUMBER=1,CN=app.example' },
      { tls_client_auth_subject_dn: '2.5.4.3=app.example' },
      { tls_client_auth_subject_dn: 'app.example' },
      { tls_client_auth_subject_dn: `CN=${'a'.repeat(256)}` },
      { tls_client_auth_san_dns: 'app.example' },
    ],
  },
})

const member = 'tls_client_auth_subject_dn'
const alternatives = ['tls_client_auth_san_dns', 'tls_client_auth_san_uri', 'tls_client_auth_san_ip', 'tls_client_auth_san_email']

function subjectProblem(subject: string, charactersMax: number): string | undefined {
  return subject.length > charactersMax ? `must not be longer than ${charactersMax} characters` : checkNameNotation(subject)
}
