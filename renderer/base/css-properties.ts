import 'react';

declare module 'react' {
  interface CSSProperties {
    /** Custom properties, by which components pass colors and sizes to the style sheets. */
    [property: `--${string}`]: string | number | undefined;
  }
}
