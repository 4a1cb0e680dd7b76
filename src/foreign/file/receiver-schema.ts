import { Type } from '#typebox'
import { Url, Variable } from './monitoring-schema.ts'

/** Where copies of the notifications are received. */
export const receiverSchema = Type.Object(
  {
    listen: Type.Optional(
      Type.String({
        format: 'listen',
        description: 'Address and port that a run listens at; where firedrill receive listens already, that is asked',
      }),
    ),
    url: Type.Optional(Url('By which Alertmanager reaches it. Default: http:// and the address it listens at')),
    tokenFrom: Variable('Variable that holds the token with which notifications are sent.'),
  },
  { additionalProperties: false },
)
