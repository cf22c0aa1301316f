//! Painting without a display: the triangles that egui makes, into pixels.
//!
//! # Formula
//!
//! A pixel is the vertices' colour, linear between them, times the texel, laid over what is there:
//! src + dst·(1 − α), premultiplied and in gamma space, as egui's own painters have it (source:
//! `egui_glow` 0.37, its fragment shader). It belongs to a triangle that holds its middle. Where an
//! edge crosses a row is worked out from its upper end, in both triangles that share it: so they
//! leave no gap and paint nothing twice.

use std::collections::HashMap;

use egui::epaint::{Primitive, Vertex};
use egui::{
    ClippedPrimitive, Color32, ColorImage, ImageData, Pos2, Rect, TextureId, TexturesDelta,
};

/// The textures that triangles are painted with.
#[derive(Default)]
pub struct Textures(HashMap<TextureId, ColorImage>);

impl Textures {
    /// Takes in what a pass has made anew or changed, and leaves none of it.
    pub fn apply(&mut self, changed: &mut TexturesDelta) {
        for (&id, deltas) in &changed.set {
            for delta in deltas {
                let ImageData::Color(patch) = &delta.image;
                let Some([left, top]) = delta.pos else {
                    self.0.insert(id, ColorImage::clone(patch));
                    continue;
                };
                let Some(whole) = self.0.get_mut(&id) else {
                    continue;
                };
                let rows = patch.pixels.chunks(patch.width().max(1));
                for (row, pixels) in (top..).zip(rows) {
                    let at = row * whole.width() + left;
                    if let Some(there) = whole.pixels.get_mut(at..at + pixels.len()) {
                        there.copy_from_slice(pixels);
                    }
                }
            }
        }
        // What is to be freed may still be painted with; all of it goes with the picture.
        changed.clear();
    }
}

/// Paints what a pass came to, of so many pixels; what nothing covers stays transparent.
#[must_use]
pub fn paint(
    size: [usize; 2],
    pixels_per_point: f32,
    primitives: &[ClippedPrimitive],
    textures: &Textures,
) -> ColorImage {
    let mut canvas = Canvas {
        size,
        pixels: vec![Color32::TRANSPARENT; size[0] * size[1]],
    };
    for ClippedPrimitive {
        clip_rect,
        primitive,
    } in primitives
    {
        // What is painted by a callback needs a display; nothing here is.
        let Primitive::Mesh(mesh) = primitive else {
            continue;
        };
        let Some(texture) = textures.0.get(&mesh.texture_id) else {
            continue;
        };
        let clip = canvas.clip(*clip_rect * pixels_per_point);
        for &[a, b, c] in mesh.indices.as_chunks().0 {
            let corner = |index: u32| mesh.vertices.get(index as usize);
            if let (Some(a), Some(b), Some(c)) = (corner(a), corner(b), corner(c)) {
                let corners = [a, b, c].map(|v| Vertex {
                    pos: v.pos * pixels_per_point,
                    ..*v
                });
                canvas.triangle(&corners, &clip, texture);
            }
        }
    }
    ColorImage::new(size, canvas.pixels)
}

struct Canvas {
    size: [usize; 2],
    pixels: Vec<Color32>,
}

/// Pixels that may be painted: from, to, by column and row.
struct Clip {
    columns: [usize; 2],
    rows: [usize; 2],
}

/// Colour and place in the texture, in texels.
type Look = [f32; 6];

impl Canvas {
    fn clip(&self, rect: Rect) -> Clip {
        let within = |from: f32, to: f32, size: usize| {
            [from, to].map(|at| (at.round().max(0.0) as usize).min(size))
        };
        Clip {
            columns: within(rect.left(), rect.right(), self.size[0]),
            rows: within(rect.top(), rect.bottom(), self.size[1]),
        }
    }

    fn triangle(&mut self, corners: &[Vertex; 3], clip: &Clip, texture: &ColorImage) {
        let [a, b, c] = corners.map(|corner| corner.pos);
        let area = (b.x - a.x) * (c.y - a.y) - (c.x - a.x) * (b.y - a.y);
        if area == 0.0 || !area.is_finite() {
            return;
        }
        let looks = corners.map(|corner| look(&corner, texture));
        // How the look changes with each column and row: a plane through the corners.
        let [mut by_x, mut by_y] = [Look::default(); 2];
        for i in 0..by_x.len() {
            let (to_b, to_c) = (looks[1][i] - looks[0][i], looks[2][i] - looks[0][i]);
            by_x[i] = (to_b * (c.y - a.y) - to_c * (b.y - a.y)) / area;
            by_y[i] = (to_c * (b.x - a.x) - to_b * (c.x - a.x)) / area;
        }
        let flat = looks[0] == looks[1] && looks[0] == looks[2];
        let flat = flat.then(|| color(&looks[0], texture));
        let top = a.y.min(b.y).min(c.y);
        let bottom = a.y.max(b.y).max(c.y);
        let rows = covered(top, bottom, clip.rows);
        for row in rows {
            let middle = row as f32 + 0.5;
            let (mut left, mut right) = (f32::INFINITY, f32::NEG_INFINITY);
            for (from, to) in [(a, b), (b, c), (c, a)] {
                if let Some(x) = crossing(from, to, middle) {
                    left = left.min(x);
                    right = right.max(x);
                }
            }
            if left >= right {
                continue;
            }
            let columns = covered(left, right, clip.columns);
            let at = row * self.size[0];
            let Some(pixels) = self.pixels.get_mut(at + columns.start..at + columns.end) else {
                continue;
            };
            if let Some(color) = flat {
                for pixel in pixels {
                    *pixel = over(color, *pixel);
                }
                continue;
            }
            let down = middle - a.y;
            for (column, pixel) in columns.zip(pixels) {
                let across = column as f32 + 0.5 - a.x;
                let look = std::array::from_fn(|i| looks[0][i] + across * by_x[i] + down * by_y[i]);
                *pixel = over(color(&look, texture), *pixel);
            }
        }
    }
}

/// The pixels whose middles lie from `from` to before `to`, within some.
fn covered(from: f32, to: f32, within: [usize; 2]) -> std::ops::Range<usize> {
    let [first, last] = [from, to].map(|at| (at - 0.5).ceil().max(0.0) as usize);
    let first = first.max(within[0]);
    first..last.min(within[1]).max(first)
}

/// Where an edge crosses a row of middles.
fn crossing(from: Pos2, to: Pos2, y: f32) -> Option<f32> {
    let (upper, lower) = if from.y <= to.y {
        (from, to)
    } else {
        (to, from)
    };
    (upper.y <= y && y < lower.y)
        .then(|| upper.x + (y - upper.y) * ((lower.x - upper.x) / (lower.y - upper.y)))
}

fn look(vertex: &Vertex, texture: &ColorImage) -> Look {
    let [r, g, b, a] = vertex.color.to_array().map(f32::from);
    let [width, height] = texture.size.map(|texels| texels as f32);
    // The middle of a texel is where its colour is.
    let (u, v) = (vertex.uv.x * width - 0.5, vertex.uv.y * height - 0.5);
    [r, g, b, a, u, v]
}

/// The colour of a look: its own times the texels about its place.
fn color(&[r, g, b, a, u, v]: &Look, texture: &ColorImage) -> Color32 {
    let (left, top) = (u.floor(), v.floor());
    let (right_share, lower_share) = (u - left, v - top);
    let texel = |column: f32, row: f32| {
        let within = |at: f32, size: usize| (at.max(0.0) as usize).min(size.saturating_sub(1));
        let [column, row] = [
            within(column, texture.width()),
            within(row, texture.height()),
        ];
        let texel = texture.pixels.get(row * texture.width() + column);
        texel.copied().unwrap_or_default().to_array().map(f32::from)
    };
    let corners = [
        (texel(left, top), (1.0 - right_share) * (1.0 - lower_share)),
        (texel(left + 1.0, top), right_share * (1.0 - lower_share)),
        (texel(left, top + 1.0), (1.0 - right_share) * lower_share),
        (texel(left + 1.0, top + 1.0), right_share * lower_share),
    ];
    let mut channels = [r, g, b, a];
    for (i, channel) in channels.iter_mut().enumerate() {
        let texel: f32 = corners.iter().map(|(texel, share)| texel[i] * share).sum();
        *channel = *channel * texel / 255.0;
    }
    let [r, g, b, a] = channels.map(|channel| channel.round() as u8);
    Color32::from_rgba_premultiplied(r, g, b, a)
}

/// One colour laid over another.
fn over(top: Color32, below: Color32) -> Color32 {
    if top.a() == u8::MAX {
        return top;
    }
    let through = u16::from(u8::MAX - top.a());
    let (top, below) = (top.to_array(), below.to_array());
    let [r, g, b, a] = std::array::from_fn(|i| {
        let below = (u16::from(below[i]) * through + 127) / 255;
        top[i].saturating_add(below as u8)
    });
    Color32::from_rgba_premultiplied(r, g, b, a)
}

#[cfg(test)]
mod tests {
    use egui::epaint::Mesh;
    use egui::{Vec2, pos2};

    use super::*;

    /// A texture of one white texel.
    fn white() -> Textures {
        let image = ColorImage::new([1, 1], vec![Color32::WHITE]);
        Textures(HashMap::from([(TextureId::default(), image)]))
    }

    fn painted(size: [usize; 2], clip: Rect, mesh: Mesh) -> ColorImage {
        let primitive = ClippedPrimitive {
            clip_rect: clip,
            primitive: Primitive::Mesh(mesh),
        };
        paint(size, 1.0, &[primitive], &white())
    }

    #[test]
    fn triangles_that_share_an_edge_cover_every_pixel_once() {
        // Half opaque: what is painted twice is darker, what is left out is transparent.
        let half = Color32::from_black_alpha(128);
        let everything = Rect::from_min_size(Pos2::ZERO, Vec2::splat(40.0));
        for middle in [pos2(20.0, 20.0), pos2(7.3, 31.1), pos2(33.5, 2.5)] {
            let mut mesh = Mesh::default();
            let corners = [
                pos2(0.0, 0.0),
                pos2(40.0, 0.0),
                pos2(40.0, 40.0),
                pos2(0.0, 40.0),
            ];
            for i in 0..4 {
                for pos in [corners[i], corners[(i + 1) % 4], middle] {
                    mesh.colored_vertex(pos, half);
                }
                let first = 3 * i as u32;
                mesh.add_triangle(first, first + 1, first + 2);
            }
            let image = painted([40, 40], everything, mesh);
            assert!(image.pixels.iter().all(|&pixel| pixel == half), "{middle}");
        }
    }

    #[test]
    fn nothing_is_painted_outside_the_clip_or_the_picture() {
        let mut mesh = Mesh::default();
        let far = Rect::from_min_max(pos2(-1e4, -1e4), pos2(1e4, 1e4));
        mesh.add_colored_rect(far, Color32::WHITE);
        let clip = Rect::from_min_max(pos2(2.0, 1.0), pos2(5.0, 99.0));
        let image = painted([8, 4], clip, mesh);
        for (at, &pixel) in image.pixels.iter().enumerate() {
            let within = (2..5).contains(&(at % 8)) && at / 8 >= 1;
            let wanted = if within {
                Color32::WHITE
            } else {
                Color32::TRANSPARENT
            };
            assert_eq!(pixel, wanted, "{at}");
        }
    }

    #[test]
    fn colours_run_evenly_between_vertices() {
        let mut mesh = Mesh::default();
        for (x, color) in [(0.0, Color32::BLACK), (256.0, Color32::WHITE)] {
            mesh.colored_vertex(pos2(x, 0.0), color);
            mesh.colored_vertex(pos2(x, 2.0), color);
        }
        mesh.add_triangle(0, 1, 2);
        mesh.add_triangle(1, 2, 3);
        let image = painted([256, 2], Rect::EVERYTHING, mesh);
        for (column, &pixel) in image.pixels[..256].iter().enumerate() {
            let wanted = ((column as f32 + 0.5) * 255.0 / 256.0).round();
            assert!((f32::from(pixel.r()) - wanted).abs() <= 1.0, "{column}");
            assert_eq!(pixel, image.pixels[256 + column], "{column}");
        }
    }
}
