import { IconVideo } from '@tabler/icons-react';
import type { Camera } from '../../api/schema.js';
import classes from './cameras.module.css';

/** The newest picture of a camera; the address changes with it, so that it is asked for once. */
export function Snapshot({ camera: { id, snapshotAt } }: { camera: Camera }) {
  return (
    <div className={classes['snapshot']}>
      {snapshotAt === null ? (
        <IconVideo size={20} stroke={1.3} aria-hidden />
      ) : (
        <img
          src={`/api/v1/cameras/${id}/snapshot?at=${encodeURIComponent(snapshotAt)}`}
          alt=""
          loading="lazy"
        />
      )}
    </div>
  );
}
