// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

#include "study/report/bars.h"
#include "study/report/plot.h"

namespace lpu::study {
namespace {

using testing::HasSubstr;

/// The values of an attribute in all elements of a kind, in order.
std::vector<double> values(const std::string& svg, const std::string& element,
                           const std::string& attribute) {
  const std::regex pattern("<" + element + " [^>]*\\b" + attribute + "=\"([-0-9.]+)\"");
  std::vector<double> found;
  for (std::sregex_iterator it(svg.begin(), svg.end(), pattern), end; it != end; ++it) {
    found.push_back(std::stod((*it)[1]));
  }
  return found;
}

TEST(BarsTest, LengthsAreToScaleAndSegmentsFollowEachOther) {
  const std::string svg = svg_of(BarChart{
      "us",
      {{"a", {{"x", "#111", 10}, {"y", "#222", 20}}, "30"}, {"b", {{"x", "#111", 10, 20}}, "10"}},
      false});
  const auto x = values(svg, "rect", "x");
  const auto width = values(svg, "rect", "width");
  ASSERT_EQ(width.size(), 3U);
  EXPECT_NEAR(width[1], 2 * width[0], 0.2);
  EXPECT_NEAR(x[1], x[0] + width[0], 0.2);
  EXPECT_NEAR(x[2], x[0] + 2 * width[0], 0.2) << "an offset of 20";
}

TEST(BarsTest, EachNameStandsInTheLegendOnce) {
  const std::string svg = svg_of(
      BarChart{"us", {{"a", {{"one", "#111", 1}}, ""}, {"b", {{"one", "#111", 1}}, ""}}, true});
  EXPECT_EQ(values(svg, "rect", "width").size(), 3U);
}

TEST(BarsTest, OfNothingThereIsNoDrawing) {
  EXPECT_EQ(svg_of(BarChart{"us", {}, true}), "");
  EXPECT_EQ(svg_of(ColumnChart{"x", "y", 1.0, {}}), "");
  EXPECT_EQ(Plot({"x"}, {"y"}).svg(), "");
}

TEST(PlotTest, ALinearAxisBeginsAtZero) {
  Plot plot({"x"}, {"y"});
  plot.add({"s", "#111", Mark::kPoints, {{0, 1}, {5, 2}, {10, 3}}});
  const auto x = values(plot.svg(), "circle", "cx");
  EXPECT_NEAR(x[1] - x[0], x[2] - x[1], 0.2);
  const auto y = values(plot.svg(), "circle", "cy");
  EXPECT_GT(y[0], y[1]) << "upwards";
}

TEST(PlotTest, ALogarithmicAxisHasEqualStepsForEqualFactors) {
  Plot plot({"x", true, {}}, {"y", true, {}});
  plot.add({"s", "#111", Mark::kPoints, {{1, 1}, {10, 100}, {100, 10000}}});
  const auto x = values(plot.svg(), "circle", "cx");
  const auto y = values(plot.svg(), "circle", "cy");
  EXPECT_NEAR(x[1] - x[0], x[2] - x[1], 0.2);
  EXPECT_NEAR(y[0] - y[1], y[1] - y[2], 0.2);
}

TEST(PlotTest, LabelsThatWouldTouchAreLeftOut) {
  Plot plot({"x"}, {"y"});
  plot.add({"s",
            "#111",
            Mark::kPoints,
            {{5, 5}, {5, 5}, {5, 5}, {5, 5}, {10, 10}},
            {"first", "second", "third", "fourth"}});
  EXPECT_THAT(plot.svg(), HasSubstr(">first<"));
  EXPECT_THAT(plot.svg(), HasSubstr(">second<")) << "on the other side";
  EXPECT_THAT(plot.svg(), HasSubstr(">third<")) << "below";
  EXPECT_THAT(plot.svg(), testing::Not(HasSubstr(">fourth<")));
}

TEST(SvgTest, NumbersAndNames) {
  EXPECT_EQ(short_number(1500), "1.5k");
  EXPECT_EQ(short_number(2e6), "2M");
  EXPECT_EQ(short_number(0.05), "0.05");
  EXPECT_EQ(context_name(131072), "128k");
  EXPECT_EQ(context_name(131071), "128k");
  EXPECT_EQ(context_name(1000), "1000");
  EXPECT_EQ(context_name(0), "0");
  Svg svg(10, 10);
  svg.text({0, 0}, "a<b & \"c\"");
  EXPECT_THAT(svg.finish(), HasSubstr("a&lt;b &amp; &quot;c&quot;"));
}

}  // namespace
}  // namespace lpu::study
