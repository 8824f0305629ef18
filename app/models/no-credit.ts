import { namesOf, type ServerError } from './server-error.ts';

/** Codes and types that name the account, and not the rate of its calls, as the reason. */
const NAMES = new Set([
  'insufficient_quota', // OpenAI
  'billing_hard_limit_reached',
  'billing_not_active',
  'account_deactivated',
  'access_terminated',
  'billing_error', // Anthropic
  'payment_required',
  'insufficient_balance', // DeepSeek and others
  'insufficient_credits',
  'insufficient_funds',
  'insufficient_user_quota',
  'credit_balance_too_low',
  'exceeded_current_quota_error', // Moonshot
  'arrearage', // Alibaba
  'accountoverdueerror', // Volcengine
  '1113', // Zhipu: the account is in arrears
]);

/** Phrases with the same meaning, for providers that send no code. No provider sends them for a limit per minute. */
const WORDS =
  /insufficient[_ ](?:account )?(?:balance|credits?|funds|quota)|(?:credit )?balance (?:is )?(?:too low|not enough|insufficient)|(?:out of|not enough|no|requires? more|used (?:up )?all (?:of )?your)(?: available| remaining)? credits?\b|payment required|billing[_ ]hard[_ ]limit|billing (?:is )?not active|account (?:is |has been |was )?(?:deactivated|suspended|not active|disabled|in arrears|overdue)|余额不足|欠费/i;

const PLAN_AND_BILLING = /exceeded your current quota/i;

/**
 * Whether a server refuses a call because the account has no credit, is closed, or must be paid for. Waiting does not
 * help then.
 */
export function isNoCredit(status: number, error: ServerError, asksToWait: boolean): boolean {
  if (status === 402 || namesOf(error).some((name) => NAMES.has(name))) return true;
  // Google sends the same sentence for its limits per minute and per day, which are temporary.
  const isPassing = asksToWait || namesOf(error).includes('resource_exhausted');
  return status < 500 && (WORDS.test(error.message) || (!isPassing && PLAN_AND_BILLING.test(error.message)));
}
