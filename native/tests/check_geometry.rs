//! The truth table of the rules on boxes, polygons, lines and points.

mod support;

use support::{media, spec, table};

#[test]
fn a_box_has_four_numbers() {
    let image = media("image");
    table(
        &image,
        &[
            (r#""bbox":{"top":4,"left":10,"height":20.5,"width":31}"#, ""),
            (r#""bbox" : { "width" : 1e0 , "top" : 0 , "left" : -0 , "height" : 1E-9 } "#, ""),
            (r#""bbox":{"\u0074op":4,"left":10,"height":1,"width":1}"#, ""),
            (r#""bbox":{"top":4,"left":10,"height":20.5}"#, "R-BBOX-1"),
            (r#""bbox":{}"#, "R-BBOX-1"),
            (r#""bbox":{"top":4,"left":10,"height":1,"width":1,"depth":1}"#, "R-BBOX-1"),
            (r#""bbox":{"top":"4","left":10,"height":1,"width":1}"#, "R-KIND-5"),
            (r#""bbox":{"top":true,"left":10,"height":1,"width":1}"#, "R-KIND-5"),
            (r#""bbox":{"top":null,"left":10,"height":1,"width":1}"#, "R-KIND-5"),
            (r#""bbox":{"top":1e308,"left":10,"height":1,"width":1}"#, ""),
            (r#""bbox":{"top":4,"top":4,"left":10,"height":1,"width":1}"#, "R-FILE-6"),
            (r#""bbox":{"top":4,"left":10,"height":-1,"width":31}"#, "R-BBOX-2"),
            (r#""bbox":{"top":4,"left":10,"height":1,"width":-0.5}"#, "R-BBOX-2"),
            (r#""bbox":{"top":4,"left":10,"height":0,"width":31}"#, "R-BBOX-3"),
            (r#""bbox":{"top":4,"left":10,"height":1,"width":-0}"#, "R-BBOX-3"),
            (r#""bbox":{"top":-1,"left":10,"height":1,"width":1}"#, "R-BBOX-4"),
            (r#""bbox":{"top":0,"left":-0.001,"height":1,"width":1}"#, "R-BBOX-4"),
            (r#""bbox":{"top":0,"left":0,"height":1,"width":1}"#, ""),
        ],
    );
}

#[test]
fn a_tiled_box_may_go_down() {
    let down = r#""bbox":{"top":19.4,"left":-99.2,"height":-0.01,"width":0.01}"#;
    table(
        &media("geo"),
        &[
            (down, ""),
            (r#""bbox":{"top":90,"left":-180,"height":-180,"width":360}"#, ""),
            (r#""bbox":{"top":19.4,"left":-99.2,"height":1,"width":-0.01}"#, "R-BBOX-2"),
            (r#""bbox":{"top":90,"left":0,"height":0.1,"width":1}"#, "R-GEO-1"),
            (r#""bbox":{"top":0,"left":179,"height":1,"width":1.5}"#, "R-GEO-1"),
        ],
    );
    table(&media("any"), &[(down, "")]);
    table(&media("image"), &[(down, "R-BBOX-2 R-BBOX-4")]);
}

#[test]
fn a_polygon_is_a_ring_of_three_points() {
    let triangle = r#""polygon":[{"x":1,"y":1},{"x":5,"y":1},{"x":5,"y":6},{"x":1,"y":1}]"#;
    let flat =
        r#""polygon":[{"x":0.1,"y":0.1},{"x":0.2,"y":0.2},{"x":0.3,"y":0.3},{"x":0.1,"y":0.1}]"#;
    let spike =
        r#""polygon":[{"x":0,"y":0},{"x":4,"y":0},{"x":4,"y":4},{"x":4,"y":0},{"x":0,"y":0}]"#;
    let bow =
        r#""polygon":[{"x":0,"y":0},{"x":4,"y":4},{"x":4,"y":0},{"x":0,"y":4},{"x":0,"y":0}]"#;
    let touching = r#""polygon":[{"x":0,"y":0},{"x":4,"y":0},{"x":4,"y":4},{"x":2,"y":0},{"x":0,"y":4},{"x":0,"y":0}]"#;
    table(
        &media("image"),
        &[
            (triangle, ""),
            (r#""polygon":[{"x":1,"y":1},{"x":5,"y":1},{"x":5,"y":6}]"#, "R-POLY-2"),
            (r#""polygon":[{"x":1,"y":1},{"x":5,"y":1}]"#, "R-POLY-1"),
            (r#""polygon":[]"#, "R-POLY-1"),
            (r#""polygon":[[1,1],[5,1],[5,6]]"#, "R-POLY-1"),
            (r#""polygon":[{"x":1,"y":1},{"x":5},{"x":5,"y":6}]"#, "R-POLY-1"),
            (r#""polygon":[{"x":1,"y":1},{"x":5,"y":"1"},{"x":5,"y":6}]"#, "R-KIND-5"),
            (r#""polygon":[{"x":1,"y":1},{"x":5,"y":1},{"x":1,"y":1}]"#, "R-POLY-3"),
            (r#""polygon":[{"x":1,"y":1},{"x":1,"y":1},{"x":1,"y":1}]"#, "R-POLY-3"),
            (flat, "R-POLY-3"),
            (spike, "R-POLY-3"),
            (bow, "R-POLY-4"),
            (touching, ""),
        ],
    );
}

#[test]
fn a_line_is_two_points() {
    table(
        &media("image"),
        &[
            (r#""line":[{"x":0,"y":0},{"x":9,"y":3}]"#, ""),
            (r#""line":[{"x":0,"y":0}]"#, "R-LINE-1"),
            (r#""line":[{"x":0,"y":0},7]"#, "R-LINE-1"),
            (r#""line":[{"x":3,"y":0},{"x":3,"y":0}]"#, "R-LINE-2"),
            (r#""line":[{"x":3,"y":0},{"x":3,"y":0},{"x":3,"y":1}]"#, ""),
        ],
    );
}

#[test]
fn a_point_is_one() {
    table(
        &media("image"),
        &[
            (r#""point":{"x":12.5,"y":40}"#, ""),
            (r#""point":{"y":40,"x":12.5,"z":{"x":1}}"#, ""),
            (r#""point":{"x":12.5}"#, "R-POINT-1"),
            (r#""point":{"x":12.5,"y":[]}"#, "R-KIND-5"),
            (r#""point":{"x":1,"x":2,"y":3}"#, "R-FILE-6"),
        ],
    );
}

#[test]
fn degrees_stay_on_the_map() {
    let far = [
        (r#""point":{"x":180.5,"y":10}"#, "R-GEO-1"),
        (r#""point":{"x":10,"y":-90.1}"#, "R-GEO-1"),
        (r#""line":[{"x":0,"y":0},{"x":0,"y":91}]"#, "R-GEO-1"),
    ];
    table(&media("geo"), &far);
    table(&media("geo"), &[(r#""point":{"x":-180,"y":90}"#, "")]);
    for elsewhere in
        [r#"{"media":"geo","crs":"3857"}"#, r#"{"media":"image"}"#, r#"{"media":"any"}"#]
    {
        table(&spec(elsewhere), &far.map(|(body, _)| (body, "")));
    }
}
