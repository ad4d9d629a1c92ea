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
      { env: Type.String({ ...name, pattern: '^[A-Za-z_][A-Za-z0-9_]*$', accepts: 'the name of an environment variable' }) },
      strict,
    ),
    Type.Object({ file: Type.String({ ...name, accepts: 'the path of a file' }) }, strict),
    Type.Object(
      {
        generated: Type.String({
          ...name,
          pattern: '^[a-z0-9][a-z0-9-]*$',
          accepts: 'a name of small letters, digits and hyphens',
        }),
      },
      strict,
    ),
    Type.Object({ value: Type.String(name) }, strict),
  ],
  { accepts: '{ env: NAME } or { file: PATH }; in mode development also { generated: NAME } or { value: TEXT }' },
)
