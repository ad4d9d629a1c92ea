import { Type } from 'typebox'
import { definePolicy, limit, refuse } from '../policy-authority/define-policy.ts'

export default definePolicy({
  name: 'one-client-per-software',
  summary: 'A software has one client: another registration with the same software_id is refused until the first is deleted.',
  cites: ['SSP-24', 'OFBR-22', 'CDR-14', 'CDR-22', 'SEC-SS-01'],
  concerns: 'metadata',
  options: Type.Object(
    {
      perVersion: Type.Boolean({ description: 'Every software_version may have a client of its own.', default: false }),
      max: Type.Integer({ description: 'How many clients a software may have.', minimum: 1, default: 1 }),
      evictUnused: Type.Boolean({
        description: 'A client of the software that was never used makes room for the new one.',
        default: false,
      }),
      withoutSoftwareId: Type.Enum(['refuse', 'ignore'], {
        description: 'Clients that do not say which software they are, and so could be the second one.',
        default: 'refuse',
      }),
      code: Type.Enum(['invalid_client_metadata', 'invalid_software_statement'], {
        description: 'The error that a further registration is answered with.',
        default: 'invalid_client_metadata',
      }),
    },
    { additionalProperties: false },
  ),

  judge({ metadata: { software_id: software } }, { perVersion, max, evictUnused, withoutSoftwareId, code }) {
    if (software === undefined && withoutSoftwareId === 'ignore') return []
    if (software === undefined) {
      const reason = 'software_id must be there, since every software has a limited number of clients'
      return [refuse('invalid_client_metadata', 'software_id', reason)]
    }
    const same = `software_id${perVersion ? ' and software_version' : ''}`
    const reason = `${same} must be of a software with less than ${max} registered clients; delete or update the one that there is`
    return [limit({ kind: 'software', perVersion }, max, { evictUnused, code, reason })]
  },

  examples: {
    options: { perVersion: false, max: 1, evictUnused: false, withoutSoftwareId: 'refuse', code: 'invalid_software_statement' },
    allows: [{ software_id: '4NRB1-0XZABZI9E6-5SM3R' }],
    refuses: [{}, { software_version: '1' }],
    cases: [
      {
        title: 'limits the clients of the software, at an update too',
        given: { operation: 'update', metadata: { software_id: '4NRB1-0XZABZI9E6-5SM3R' } },
        yields: ['limit'],
      },
      {
        title: 'can leave clients alone that are no software in particular',
        options: { perVersion: true, max: 2, evictUnused: true, withoutSoftwareId: 'ignore', code: 'invalid_client_metadata' },
        given: { metadata: { software_version: '1' } },
        yields: [],
      },
    ],
  },
})
