import { Type } from 'typebox'
import { objectId } from './object-names.ts'

const strict = { additionalProperties: false }
const pem = (description: string, maxLength: number) => Type.String({ minLength: 1, maxLength, description })
/** Some 200,000 revoked certificates. */
const listCharactersMax = 10_485_760

/** As the admin API has it. */
export const trustedCaSchema = Type.Object(
  {
    id: { ...objectId, description: 'What other settings call it.' },
    pem: pem('The certificate in PEM.', 65_536),
    crls: Type.Array(pem('A revocation list in PEM.', listCharactersMax), {
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
