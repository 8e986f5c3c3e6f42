import { Text } from '@mantine/core';
import type { ReactNode } from 'react';

/** What a cell says: the thing itself, and quietly below it what else there is to it. `title`: what is cut off. */
export function TwoLines({
  first,
  second,
  strong = false,
  long = false,
  title,
}: {
  first: ReactNode;
  second: ReactNode;
  /** For what a row is called by. */
  strong?: boolean;
  /** The first may need a second line. */
  long?: boolean;
  title?: string;
}) {
  return (
    <div title={title}>
      <Text
        size="sm"
        {...(long ? { lineClamp: 2, lh: 1.3 } : { truncate: true })}
        {...(strong && { fw: 600 })}
      >
        {first}
      </Text>
      <Text size="xs" c="dimmed" truncate>
        {second}
      </Text>
    </div>
  );
}
