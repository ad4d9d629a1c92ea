import { Type } from 'typebox'

/** Where a secret comes from. It never stands in the file, except where `mode: development` allows it. */
export type SecretSource =
  | { readonly env: string }
  | { readonly file: string }
  | { readonly generated: string }
  | { readonly value: string }

const strict = { additionalProperties: false }
const name = { minLength: 1 }

export const secretSource = Type.Union(
  [
    Type.Object(
      {
        env: Type.String({
          ...name,
          pattern: '^[A-Za-z_][A-Za-z0-9_]*$',
          accepts: 'the name of an environment variable',
          description: 'Name of an environment variable.',
        }),
      },
      strict,
    ),
    Type.Object(
      { file: Type.String({ ...name, accepts: 'the path of a file', description: 'Path of a file, relative to this one.' }) },
      strict,
    ),
    Type.Object(
      {
        generated: Type.String({
          ...name,
          pattern: '^[a-z0-9][a-z0-9-]*$',
          accepts: 'a name of small letters, digits and hyphens',
          description: 'Made at the first start, kept under this name in the data folder. Mode development alone.',
        }),
      },
      strict,
    ),
    Type.Object({ value: Type.String({ ...name, description: 'The secret itself. Mode development alone.' }) }, strict),
  ],
  { accepts: '{ env: NAME } or { file: PATH }; in mode development also { generated: NAME } or { value: TEXT }' },
)
