import { type Static, Type } from 'typebox'

/** What an operator can set about logs. */
export const telemetryOptions = Type.Object(
  {
    logLevel: Type.Union(
      [
        Type.Literal('silent'),
        Type.Literal('fatal'),
        Type.Literal('error'),
        Type.Literal('warn'),
        Type.Literal('info'),
        Type.Literal('debug'),
        Type.Literal('trace'),
      ],
      { default: 'info', description: 'The least severe lines that are written.' },
    ),
    logFormat: Type.Union([Type.Literal('json'), Type.Literal('text')], {
      default: 'json',
      description: 'One JSON object for each line, or lines for people at a terminal.',
    }),
  },
  { additionalProperties: false, description: 'Logs.' },
)

export type TelemetryOptions = Readonly<Static<typeof telemetryOptions>>
