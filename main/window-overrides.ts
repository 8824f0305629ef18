import type { ModelOverrides } from '../app/launch/models.ts';
import type { Crew } from '../shared/crew/schema.ts';

/** The provider, address and model in a crew's settings. */
export type NamedModel = Pick<Crew['settings'], 'provider' | 'base_url' | 'model'>;

/**
 * Returns a person's choices in the window as the overrides of a run: each value that no version of the crew opened
 * there named. If the person chose Rehearsal, no agent calls a model, whatever model it names.
 * @param now the settings of the crew as it is in the window
 * @param named the settings of every version of it that came from a file, an earlier run or a recovery copy
 */
export function windowOverrides(now: NamedModel, named: readonly NamedModel[]): ModelOverrides {
  const isNew = (key: keyof NamedModel) => now[key] !== undefined && named.every((one) => one[key] !== now[key]);
  const isProviderChosen = isNew('provider');
  const isAddressChosen = isNew('base_url');
  return {
    provider: isProviderChosen ? now.provider : null,
    baseUrl: isAddressChosen ? (now.base_url ?? null) : null,
    typedBaseUrl: isAddressChosen,
    model: isNew('model') ? (now.model ?? null) : null,
  };
}
