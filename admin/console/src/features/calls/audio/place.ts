import { duration } from '@/ui/format';

// place is a moment of a recording: its second has begun, and is never rounded up to one that has not.
export const place = (seconds: number): string => duration(Math.floor(seconds + 1e-6) * 1000);
