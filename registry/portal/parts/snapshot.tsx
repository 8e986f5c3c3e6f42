import { IconVideo } from '@tabler/icons-react';
import { useState } from 'react';
import type { Camera } from '../api/schema.js';
import classes from './snapshot.module.css';

/** The newest picture of a camera; the address changes with it, so that it is asked for once. */
export function Snapshot({ camera: { id, snapshotAt } }: { camera: Camera }) {
  // Managing a camera is not seeing its video (R32).
  const [failedAt, setFailedAt] = useState<string | null>(null);
  return (
    <div className={classes['snapshot']}>
      {snapshotAt === null || snapshotAt === failedAt ? (
        <IconVideo size={20} stroke={1.3} aria-hidden />
      ) : (
        <img
          key={snapshotAt}
          src={`/api/v1/cameras/${id}/snapshot#${snapshotAt}`}
          alt=""
          loading="lazy"
          onError={() => setFailedAt(snapshotAt)}
        />
      )}
    </div>
  );
}
