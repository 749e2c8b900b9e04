// The little of the map library's style language that the map's own files write. Changes with the library.
import type { GeoJSONSourceSpecification } from 'maplibre-gl';

export type ClusterProperties = NonNullable<GeoJSONSourceSpecification['clusterProperties']>;
