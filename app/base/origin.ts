/** The origin that a key belongs to, such as `https://api.openai.com`. @param baseUrl a URL */
export function originOf(baseUrl: string): string {
  return new URL(baseUrl).origin;
}
