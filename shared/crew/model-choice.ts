import { z } from 'zod';
import { addressSchema } from './tool-schema.ts';
import { text } from './value-schemas.ts';

/** The address of a model and the settings of its calls. Only values that are set are present, and never a key. */
const modelChoice = {
  provider: text.optional().describe('The provider that answers; see `crewlane doctor` for the names.'),
  base_url: addressSchema
    .optional()
    .describe('The address of an OpenAI-compatible server, without a key, user name or password.'),
  model: text
    .optional()
    .describe('The name of the model, as the provider spells it, or `provider/model` in place of `provider`.'),
  temperature: z.number().min(0).max(2).optional().describe('How much answers vary. Sent to the provider only if set.'),
  max_tokens: z
    .int()
    .positive()
    .optional()
    .describe('The longest answer, in tokens. Sent to the provider only if set.'),
  api_version: text
    .optional()
    .describe('Azure only: the version of the API, which calls deployments. Default: the API without versions (v1).'),
  parameters: z
    .record(z.string(), z.json())
    .optional()
    .describe(
      'More parameters of model calls, such as `top_p`, `seed` or `reasoning_effort`: any JSON, sent as it is. Those of an agent are added to those of the crew. `null` removes a parameter, also `temperature`.',
    ),
  headers: z.record(z.string(), z.string()).optional().describe('More headers of model calls, by name. Never a key.'),
  tool_protocol: z
    .enum(['auto', 'native', 'text'])
    .optional()
    .describe(
      'How the model calls tools: `native` through its API, `text` in the text of its answers, for models without tools. Default: `auto`, text if the server refuses tools.',
    ),
};

/** A model that answers in place of another: its name, or the keys of a model. */
export const fallbackSchema = z.union([text, z.strictObject(modelChoice)]);

/** The model of the crew or of an agent, and the models that answer if it cannot. */
export const modelChoices = {
  ...modelChoice,
  fallbacks: z
    .array(fallbackSchema)
    .max(5)
    .optional()
    .describe(
      'Models that answer, in order, if the model has no credit, asks to wait for more than 10 s, or cannot be reached: `provider/model`, or an object with keys such as `provider`, `base_url` and `model`.',
    ),
};
