//! Every colour, font and measure of the window, light and dark.
//!
//! Colours carry meaning and nothing else does. The hues are Okabe and Ito's, which people with
//! any colour vision tell apart; those that touch in a stack differ in lightness too, so that a
//! greyscale print still shows them.

use std::sync::Arc;

use egui::{
    Color32, CornerRadius, FontData, FontDefinitions, FontFamily, FontId, Margin, RichText, Stroke,
    Style, TextStyle, Theme, Vec2,
};

use crate::analysis::marking::Level;

/// The colours of one theme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Palette {
    pub ink: Color32,
    pub weak: Color32,
    pub panel: Color32,
    pub chart: Color32,
    pub card: Color32,
    pub line: Color32,
    /// The what-if's coverage, sliders, and what can be clicked.
    pub accent: Color32,
    /// Threats shot down.
    pub protection: Color32,
    /// Threats not shot down.
    pub leakers: Color32,
    /// The baseline, wherever it is ghosted.
    pub ghost: Color32,
    /// The target, and what is worse than the baseline.
    pub bad: Color32,
    /// What is better than the baseline.
    pub good: Color32,
    /// What somebody should look at.
    pub warn: Color32,
    /// Not engaged: held back, magazines empty, launchers saturated, out of reach.
    pub held: Color32,
    pub stock: Color32,
    pub capacity: Color32,
    pub reach: Color32,
    /// What was really counted.
    pub observed: Color32,
}

const LIGHT: Palette = Palette {
    ink: Color32::from_rgb(0x16, 0x1B, 0x22),
    weak: Color32::from_rgb(0x55, 0x60, 0x6E),
    panel: Color32::from_rgb(0xF3, 0xF5, 0xF8),
    chart: Color32::from_rgb(0xFF, 0xFF, 0xFF),
    card: Color32::from_rgb(0xFF, 0xFF, 0xFF),
    line: Color32::from_rgb(0xD5, 0xDB, 0xE2),
    accent: Color32::from_rgb(0x00, 0x66, 0xAD),
    protection: Color32::from_rgb(0x00, 0x86, 0x62),
    leakers: Color32::from_rgb(0xA8, 0x3A, 0x7C),
    ghost: Color32::from_rgb(0x8A, 0x94, 0xA0),
    bad: Color32::from_rgb(0xB2, 0x3A, 0x00),
    good: Color32::from_rgb(0x00, 0x70, 0x52),
    warn: Color32::from_rgb(0x8F, 0x5B, 0x00),
    held: Color32::from_rgb(0x7B, 0x4E, 0xA3),
    stock: Color32::from_rgb(0xC4, 0x47, 0x00),
    capacity: Color32::from_rgb(0xE2, 0x9A, 0x12),
    reach: Color32::from_rgb(0xC2, 0xCC, 0xD6),
    observed: Color32::from_rgb(0x16, 0x1B, 0x22),
};

const DARK: Palette = Palette {
    ink: Color32::from_rgb(0xE8, 0xEB, 0xEF),
    weak: Color32::from_rgb(0xA3, 0xAD, 0xB9),
    panel: Color32::from_rgb(0x1A, 0x1E, 0x24),
    chart: Color32::from_rgb(0x12, 0x15, 0x19),
    card: Color32::from_rgb(0x22, 0x27, 0x2E),
    line: Color32::from_rgb(0x36, 0x3D, 0x46),
    accent: Color32::from_rgb(0x56, 0xB4, 0xE9),
    protection: Color32::from_rgb(0x3F, 0xCB, 0xA0),
    leakers: Color32::from_rgb(0xE3, 0x8F, 0xBE),
    ghost: Color32::from_rgb(0x86, 0x91, 0x9E),
    bad: Color32::from_rgb(0xFF, 0x8A, 0x5C),
    good: Color32::from_rgb(0x4F, 0xD6, 0xAC),
    warn: Color32::from_rgb(0xF0, 0xB9, 0x4A),
    held: Color32::from_rgb(0xB0, 0x85, 0xD6),
    stock: Color32::from_rgb(0xE8, 0x63, 0x24),
    capacity: Color32::from_rgb(0xF4, 0xB8, 0x42),
    reach: Color32::from_rgb(0x5A, 0x66, 0x73),
    observed: Color32::from_rgb(0xE8, 0xEB, 0xEF),
};

impl Palette {
    /// The colour of the n-th of several lines that mean nothing but which is which. The one
    /// nearest to the target's comes last.
    pub fn series(&self, index: usize) -> Color32 {
        [
            self.accent,
            self.capacity,
            self.protection,
            self.held,
            self.ink,
            self.stock,
        ][index % 6]
    }
}

/// The colours in force.
pub fn palette(ui: &egui::Ui) -> &'static Palette {
    if ui.visuals().dark_mode {
        &DARK
    } else {
        &LIGHT
    }
}

/// The colours of a protective marking: fill and text. Unknown markings stay neutral, so that
/// the window never claims a level by its colour alone.
pub fn marking(text: &str) -> (Color32, Color32) {
    let fill = match Level::of(text) {
        Level::Open => Color32::from_rgb(0x00, 0x6B, 0x38),
        Level::TopSecret => Color32::from_rgb(0xC8, 0x60, 0x00),
        Level::Secret => Color32::from_rgb(0xB0, 0x10, 0x2A),
        Level::Confidential => Color32::from_rgb(0x00, 0x41, 0x90),
        Level::Unknown => Color32::from_rgb(0x4A, 0x52, 0x5C),
    };
    (fill, Color32::WHITE)
}

/// The semi-bold face.
pub fn semibold() -> FontFamily {
    FontFamily::Name("semibold".into())
}

/// Text in the semi-bold face.
pub fn bold(text: impl Into<String>) -> RichText {
    RichText::new(text).family(semibold())
}

/// Small text in the weak colour.
pub fn small(ui: &egui::Ui, text: impl Into<String>) -> RichText {
    RichText::new(text).small().color(palette(ui).weak)
}

/// The heading of a section of a panel.
pub fn section(ui: &egui::Ui, text: &str) -> RichText {
    bold(text.to_uppercase())
        .size(11.0)
        .color(palette(ui).weak)
        .extra_letter_spacing(0.6)
}

/// Fonts and styles, once at the start.
pub fn install(ctx: &egui::Context) {
    ctx.set_fonts(fonts());
    for theme in [Theme::Light, Theme::Dark] {
        ctx.style_mut_of(theme, |style| shape(style, theme));
    }
}

fn fonts() -> FontDefinitions {
    let mut fonts = FontDefinitions::default();
    let faces: [(&str, &'static [u8]); 2] = [
        (
            "inter",
            include_bytes!("../../assets/fonts/Inter-Regular.otf"),
        ),
        (
            "inter-semibold",
            include_bytes!("../../assets/fonts/Inter-SemiBold.otf"),
        ),
    ];
    for (name, bytes) in faces {
        fonts
            .font_data
            .insert(name.to_owned(), Arc::new(FontData::from_static(bytes)));
    }
    let fallback = fonts
        .families
        .get(&FontFamily::Proportional)
        .cloned()
        .unwrap_or_default();
    let with = |name: &str| {
        let mut family = vec![name.to_owned()];
        family.extend(fallback.clone());
        family
    };
    let semi = with("inter-semibold");
    let regular = with("inter");
    fonts.families.insert(FontFamily::Proportional, regular);
    fonts.families.insert(semibold(), semi);
    fonts
}

fn shape(style: &mut Style, theme: Theme) {
    let p = match theme {
        Theme::Light => &LIGHT,
        Theme::Dark => &DARK,
    };
    style.text_styles = [
        (TextStyle::Small, FontId::proportional(11.5)),
        (TextStyle::Body, FontId::proportional(13.5)),
        (TextStyle::Button, FontId::proportional(13.5)),
        (TextStyle::Heading, FontId::new(17.0, semibold())),
        (TextStyle::Monospace, FontId::monospace(12.5)),
    ]
    .into();
    style.spacing.item_spacing = Vec2::new(8.0, 5.0);
    style.spacing.button_padding = Vec2::new(8.0, 3.0);
    style.spacing.interact_size = Vec2::new(40.0, 20.0);
    style.spacing.slider_rail_height = 4.0;
    style.spacing.menu_margin = Margin::same(6);
    style.interaction.selectable_labels = true;
    // A tooltip that must be waited for is a tooltip nobody finds.
    style.interaction.tooltip_delay = 0.25;

    let v = &mut style.visuals;
    v.panel_fill = p.panel;
    v.window_fill = p.card;
    v.extreme_bg_color = p.chart;
    v.faint_bg_color = p.line.gamma_multiply(0.28);
    v.hyperlink_color = p.accent;
    v.warn_fg_color = p.warn;
    v.error_fg_color = p.bad;
    v.weak_text_color = Some(p.weak);
    v.window_stroke = Stroke::new(1.0, p.line);
    v.window_corner_radius = CornerRadius::same(6);
    v.menu_corner_radius = CornerRadius::same(6);
    v.selection.bg_fill = p
        .accent
        .gamma_multiply(if v.dark_mode { 0.40 } else { 0.22 });
    v.selection.stroke = Stroke::new(1.0, p.accent);
    v.slider_trailing_fill = true;
    v.widgets.noninteractive.fg_stroke = Stroke::new(1.0, p.ink);
    v.widgets.noninteractive.bg_stroke = Stroke::new(1.0, p.line);
    for widget in [
        &mut v.widgets.inactive,
        &mut v.widgets.hovered,
        &mut v.widgets.active,
        &mut v.widgets.open,
    ] {
        widget.fg_stroke = Stroke::new(1.2, p.ink);
        widget.corner_radius = CornerRadius::same(4);
    }
}

/// Heights and widths that several panels share, in points.
pub mod size {
    /// The marking banner.
    pub const BANNER: f32 = 20.0;
    /// The column of a chart that holds the y labels, so that all charts share one time axis.
    pub const Y_AXIS: f32 = 50.0;
    /// The least height of what stands under the answer.
    pub const CENTRE: f32 = 300.0;
    /// The least height of a chart that still reads.
    pub const CHART: f32 = 86.0;
    /// The least height of one in a picture, which nobody can make larger.
    pub const CHART_OF_PICTURE: f32 = 96.0;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::page;

    #[test]
    fn a_page_has_the_colours_of_the_light_theme() {
        let hex = |c: Color32| format!("#{:02x}{:02x}{:02x}", c.r(), c.g(), c.b());
        let p = LIGHT;
        for color in [
            p.ink,
            p.weak,
            p.line,
            p.accent,
            p.protection,
            p.ghost,
            p.bad,
            p.held,
            p.stock,
            p.capacity,
            p.reach,
        ] {
            let color = hex(color);
            assert!(page::STYLE.contains(&color), "{color}");
        }
        for text in [
            "OFFICIAL",
            "RESTRICTED",
            "SECRET",
            "TOP SECRET",
            "of our own",
        ] {
            assert_eq!(hex(marking(text).0), page::fill(text), "{text}");
        }
    }
}
