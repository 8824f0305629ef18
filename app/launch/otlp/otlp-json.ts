/** The JSON form of OTLP's protobuf messages: 64-bit numbers are strings, and IDs are hexadecimal. */

/** The value of an attribute. */
export type AttributeValue = { stringValue: string } | { intValue: string } | { boolValue: boolean };
/** A named fact about a span or about Crewlane. */
export interface Attribute {
  key: string;
  value: AttributeValue;
}

/** Numbers of `SpanKind` and `StatusCode`. */
export const SPAN_KIND = { internal: 1, client: 3 } as const;
const STATUS_ERROR = 2;

/** A span of a trace. Times are nanoseconds since 1970. */
export interface Span {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: Attribute[];
  status: { code?: number };
}

/** The body of a request to `/v1/traces`. */
export interface TraceRequest {
  resourceSpans: {
    resource: { attributes: Attribute[] };
    scopeSpans: { scope: { name: string; version: string }; spans: readonly Span[] }[];
  }[];
}

/** Returns the attributes that have a value. Numbers are integers. */
export function attributesOf(values: Readonly<Record<string, string | number | boolean | null>>): Attribute[] {
  return Object.entries(values).flatMap(([key, value]) =>
    value === null ? [] : [{ key, value: attributeValue(value) }],
  );
}

function attributeValue(value: string | number | boolean): AttributeValue {
  switch (typeof value) {
    case 'string':
      return { stringValue: value };
    case 'number':
      return { intValue: String(Math.round(value)) };
    case 'boolean':
      return { boolValue: value };
  }
}

/** Converts milliseconds since 1970 to nanoseconds, as a decimal string. */
export function nanoseconds(wallMs: number): string {
  return `${BigInt(Math.round(wallMs)) * 1_000_000n}`;
}

/** Returns the status of a span. `error`: the kind of its failure; null if it did not fail. */
export function statusOf(error: string | null): Span['status'] {
  return error === null ? {} : { code: STATUS_ERROR };
}

/** Returns the body of a request that sends these spans. `version`: the version of Crewlane. */
export function traceRequest(spans: readonly Span[], version: string): TraceRequest {
  return {
    resourceSpans: [
      {
        resource: { attributes: attributesOf({ 'service.name': 'crewlane', 'service.version': version }) },
        scopeSpans: [{ scope: { name: 'crewlane', version }, spans }],
      },
    ],
  };
}
