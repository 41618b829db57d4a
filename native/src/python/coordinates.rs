//! The class `Coordinates` of `bulkimport._native`; its contract is `bulkimport/_native.pyi`.

use super::input::Bytes;
use super::table::Table;
use crate::coordinates::find::find;
use crate::coordinates::put::{Manner, Points, put};
use crate::coordinates::spot::{Span, Spot, spans};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::{Bound, PyErr, PyResult, Python, pyclass, pyfunction, pymethods};
use pyo3::types::PyBytes;

type Found = (Coordinates, Table, Table, Table, Table);

#[pyclass(module = "bulkimport._native", frozen)]
pub struct Coordinates {
    // Bytes of the block that the rows are in.
    length: usize,
    spans: Vec<Span>,
    starts: Vec<u64>,
    spots: Vec<Spot>,
}

#[pyfunction]
#[pyo3(signature = (block, *, length, offset, rows))]
#[expect(clippy::needless_pass_by_value, reason = "extracted for this call")]
pub fn find_coordinates(
    py: Python<'_>,
    block: Bytes,
    length: usize,
    offset: u64,
    rows: Bytes,
) -> PyResult<Found> {
    py.detach(|| {
        let spans = spans(&rows, offset, length)
            .filter(|_| length <= block.len())
            .ok_or_else(|| PyValueError::new_err("rows: no ROWs of this block, in their order"))?;
        let found = find(&block, &spans);
        let starts = Table::from(found.starts.clone());
        let coordinates = Coordinates { length, spans, starts: found.starts, spots: found.spots };
        Ok((
            coordinates,
            Table::from(found.x),
            Table::from(found.y),
            starts,
            Table::from(found.broken),
        ))
    })
}

#[pymethods]
impl Coordinates {
    fn spots(&self) -> Table {
        Table::from(self.spots.iter().flat_map(|spot| spot.pack()).collect::<Vec<_>>())
    }

    #[pyo3(signature = (block, *, x, y, dropped, keep_lines))]
    #[expect(clippy::needless_pass_by_value, reason = "extracted for this call")]
    fn put<'py>(
        &self,
        py: Python<'py>,
        block: Bytes,
        x: Bytes,
        y: Bytes,
        dropped: Bytes,
        keep_lines: bool,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let written = py.detach(|| {
            let (x, y) = (x.as_chunks::<8>(), y.as_chunks::<8>());
            let points = Points { starts: &self.starts, spots: &self.spots, x: x.0, y: y.0 };
            let whole = x.1.is_empty() && y.1.is_empty();
            let many = [points.x.len(), points.y.len()] == [self.spots.len(); 2];
            let block = block.get(..self.length).filter(|_| whole && many);
            let Some(block) = block.filter(|_| dropped.len() == self.spans.len()) else {
                return Err(PyValueError::new_err("these are not the points of this block"));
            };
            let manner = Manner { dropped: &dropped, keep_lines };
            Ok::<_, PyErr>(put(block, &self.spans, points, manner))
        })?;
        Ok(PyBytes::new(py, &written))
    }
}
