import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Camera } from '../api/schema.js';
import { useTenantId } from '../shell/scope.js';

/** The name of a camera, on one line, which leads to its page. */
export function CameraLink({ camera }: { camera: Pick<Camera, 'id' | 'name'> }) {
  const tenantId = useTenantId();
  return (
    <Anchor
      size="sm"
      fw={600}
      c="inherit"
      display="block"
      truncate
      renderRoot={(props) => (
        <Link to="/o/$tenantId/cameras/$cameraId" params={{ tenantId, cameraId: camera.id }} {...props} />
      )}
    >
      {camera.name}
    </Anchor>
  );
}
