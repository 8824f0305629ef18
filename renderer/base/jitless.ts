import { z } from 'zod';

// The page's policy forbids making code of text, and zod would try to. Imported before anything that parses.
z.config({ jitless: true });
