import type { CustomField as CustomKind } from '../../../shared/crew/fields/field-info.ts';
import { ApproveToolsField } from './approve-tools-field.tsx';
import { CallField } from './call-field.tsx';
import { CrewFileField, CrewInputsField, CrewResultField } from './crew-file-field.tsx';
import { DefinedNameField } from './defined-name-field.tsx';
import { DependenciesField } from './dependencies-field.tsx';
import { ExpressionField } from './expression-field.tsx';
import { FallbacksField } from './fallbacks-field.tsx';
import type { FormFieldProps } from './form.ts';
import { GuardrailField } from './guardrail-field.tsx';
import { GuardrailsField } from './guardrails-field.tsx';
import { HumanReviewField } from './human-review-field.tsx';
import { InputsField } from './inputs-field.tsx';
import { NameField } from './name-field.tsx';
import { ResourcesField } from './resources-field.tsx';
import { WorkloadField } from './workload-field.tsx';

/** Renders the component of a key whose rules involve several values. */
export function CustomField({ custom, ...props }: FormFieldProps & { custom: CustomKind }) {
  switch (custom) {
    case 'name':
      return <NameField {...props} />;
    case 'defined name':
      return <DefinedNameField {...props} />;
    case 'dependencies':
      return <DependenciesField {...props} />;
    case 'fallbacks':
      return <FallbacksField {...props} />;
    case 'expression':
      return <ExpressionField {...props} />;
    case 'call':
      return <CallField {...props} />;
    case 'guardrail':
      return <GuardrailField {...props} />;
    case 'guardrails':
      return <GuardrailsField {...props} />;
    case 'human review':
      return <HumanReviewField {...props} />;
    case 'approve tools':
      return <ApproveToolsField {...props} />;
    case 'resources':
      return <ResourcesField {...props} />;
    case 'workload':
      return <WorkloadField {...props} />;
    case 'crew file':
      return <CrewFileField {...props} />;
    case 'crew inputs':
      return <CrewInputsField {...props} />;
    case 'crew result':
      return <CrewResultField {...props} />;
    case 'inputs':
      return <InputsField {...props} />;
    default:
      return custom satisfies never;
  }
}
