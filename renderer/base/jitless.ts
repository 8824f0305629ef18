import { z } from 'zod';

// The page's policy forbids compiling strings as code, which zod would try. Import this before any module that parses.
z.config({ jitless: true });
