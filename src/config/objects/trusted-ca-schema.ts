import { Type } from 'typebox'
import { objectId } from './object-names.ts'

const strict = { additionalProperties: false }
const pem = (description: string) => Type.String({ minLength: 1, maxLength: 1_048_576, description })

/** As the admin API has it. */
export const trustedCaSchema = Type.Object(
  {
    id: { ...objectId, description: 'What other settings call it.' },
    pem: pem('The certificate in PEM.'),
    crls: Type.Array(pem('A revocation list in PEM.'), {
      default: [],
      description: 'Revocation lists; of an issuer without one, nothing counts as revoked.',
    }),
  },
  strict,
)

/** As the file has it. */
export const trustedCaFileSchema = Type.Object(
  {
    id: { ...objectId, description: 'What other settings call it.' },
    file: Type.String({ minLength: 1, description: 'PEM file with the certificate.' }),
    crls: Type.Array(
      Type.Object({ file: Type.String({ minLength: 1, description: 'PEM file with a revocation list.' }) }, strict),
      { default: [], description: 'Revocation lists; of an issuer without one, nothing counts as revoked.' },
    ),
  },
  strict,
)
