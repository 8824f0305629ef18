/** The unit that model calls are limited by: one provider, origin and key. */
export interface ModelEndpoint {
  /** Distinguishes endpoints in memory. It contains the key, so it is never written. */
  name: string;
  origin: string;
}
