"""What a COCO document holds that rows cannot carry; the names are those of native/src/coco."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

DOCUMENT_SENTENCES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "several-polygons": "objects of several polygons come apart, a row for each polygon",
        "crowds": "crowds are not marked as such any more",
        "crowds-left-out": "crowds are left out, as asked by --coco-crowds",
        "hidden-keypoints": "keypoints that are labelled but not visible are not marked as such",
        "no-geometry": "annotations without any geometry that is asked for have no row",
        "left-out": "geometries of this kind are not asked for by --coco-rows",
        "no-coco-form": "rows of this kind have no form in COCO, or their geometry is not at hand",
        "answers": "answers on annotations have no form in COCO",
        "sizeless-images": "images have no width and height, since nobody says them",
        "row-keys": "keys of rows have no form in COCO",
        "supercategories": "categories lose their supercategory",
        "skeletons": "skeletons are not importable as labels",
        "document-keys": "keys at the top of the document mean nothing to rows",
        "image-keys": "keys of images mean nothing to rows",
        "annotation-keys": "keys of annotations mean nothing to rows",
        "picture-keys": "keys of panoptic annotations mean nothing to rows",
        "segment-keys": "keys of segments mean nothing to rows",
        "category-keys": "keys of categories mean nothing to rows",
    }
)
