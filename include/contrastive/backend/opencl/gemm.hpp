// SPDX-License-Identifier: MIT
#pragma once
// Matrix products. Two kernels: explicit vectors for devices that are CPUs, tiles in local memory for all others. On a
// CPU (PoCL, AVX-512, 784 × 32 × 288) the first makes 80 and the second 0.4 billion products a second.
#include <contrastive/backend/opencl/kernel_call.hpp>

namespace contrastive::on_opencl {

/// A kernel of fixed text and its two-dimensional range.
struct gemm_call {
  const char* source;
  std::vector<argument> arguments{};
  std::array<std::size_t, 2> count, group;

  template <class T>
  void add(const T& value) {
    arguments.emplace_back(value);
  }
  template <class T>
  void add_all(std::initializer_list<std::size_t> values) {
    for (std::size_t v : values) add(T(v));
  }
  void add_matrix(cl_address<float> a) {
    add(a.memory);
    const cl_ulong offset = a.offset;
    add(offset);
  }
};

/// c (rows × columns) = alpha · a · b + beta · c. The element (i, l) of a is a[i · outer + l · depth], (l, i) of b
/// likewise.
struct product {
  using matrix = matrix_operand<cl_address<float>>;
  struct strides {
    std::size_t outer, depth;
  };
  cl_address<float> c, a, b;
  std::size_t rows, columns, depth;
  strides of_a, of_b;
  float alpha, beta;

  product(const matrix& to, const matrix& left, const matrix& right, float factor, float kept)
      : c(to.data),
        a(left.data),
        b(right.data),
        rows(std::size_t(to.rows)),
        columns(std::size_t(to.columns)),
        depth(std::size_t(left.transposed ? left.rows : left.columns)),
        of_a(strides_of(left, left.transposed)),
        of_b(strides_of(right, !right.transposed)),
        alpha(factor),
        beta(kept) {}

 private:
  static strides strides_of(const matrix& m, bool depth_is_row) {
    const std::size_t columns = std::size_t(m.columns);
    return depth_is_row ? strides{1, columns} : strides{columns, 1};
  }
};

// ---- a work item makes 4 × 16; b lies in panels of 16 columns -------------------------------------------------------

inline constexpr std::size_t panel = 16, vector_rows = 4;
inline std::size_t panels_of(const product& p) { return (p.columns + panel - 1) / panel; }
inline std::size_t packed_size(const product& p) { return panels_of(p) * panel * p.depth; }

// panels(panel, depth, 16), zero beyond the last column
inline constexpr const char* pack_source = R"(
__kernel void run(__global float*to,__global const float*b,ulong from,uint count,uint columns,
                  uint depth,uint outer,uint inner){
  const uint i=get_global_id(0);
  if(i>=count)return;
  const uint q=i%16,l=i/16%depth,column=i/16/depth*16+q;
  to[i]=column<columns?b[from+(ulong)column*outer+(ulong)l*inner]:0;
})";

inline constexpr const char* vector_source = R"(
#define ROW(r) a[(ulong)min(row+r,rows-1)*outer+l*inner]
#define WRITE(r,s) if(row+r<rows)write(c+(ulong)(row+r)*columns+column,s,min(columns-column,16u),alpha,beta);
void write(__global float*to,float16 s,uint count,float alpha,float beta){
  float sum[16];
  vstore16(s,0,sum);
  for(uint q=0;q<count;++q)to[q]=alpha*sum[q]+(beta==0?0:beta*to[q]);
}
__kernel void run(__global float*c,ulong from_c,__global const float*a,ulong from_a,__global const float*b,ulong from_b,
                  uint rows,uint columns,uint depth,ulong outer,ulong inner,ulong panel_step,ulong panel_stride,
                  float alpha,float beta){
  const uint column=get_global_id(0)*16,row=get_global_id(1)*4;
  if(column>=columns||row>=rows)return;
  c+=from_c;a+=from_a;b+=from_b+get_global_id(0)*panel_step;
  float16 t0=0,t1=0,t2=0,t3=0;
  for(uint begin=0;begin<depth;begin+=256){    // short sums first: keeps the rounding small
    float16 s0=0,s1=0,s2=0,s3=0;
    const uint end=min(begin+256,depth);
    for(ulong l=begin;l<end;++l){
      const float16 v=vload16(0,b+l*panel_stride);
      s0+=ROW(0)*v;s1+=ROW(1)*v;s2+=ROW(2)*v;s3+=ROW(3)*v;
    }
    t0+=s0;t1+=s1;t2+=s2;t3+=s3;
  }
  WRITE(0,t0) WRITE(1,t1) WRITE(2,t2) WRITE(3,t3)
})";

/// b has to be packed where its columns do not lie side by side in full panels.
inline bool needs_packing(const product& p) { return p.of_b.outer != 1 || p.columns % panel != 0; }

inline gemm_call pack_call(const product& p, cl_mem panels) {
  gemm_call k{.source = pack_source, .count = {packed_size(p), 1}, .group = {64, 1}};
  k.add(panels);
  k.add_matrix(p.b);
  k.add_all<cl_uint>({packed_size(p), p.columns, p.depth, p.of_b.outer, p.of_b.depth});
  return k;
}
/// `panels` is null where b is read as it lies.
inline gemm_call vector_call(const product& p, cl_mem panels) {
  gemm_call k{
      .source = vector_source, .count = {panels_of(p), (p.rows + vector_rows - 1) / vector_rows}, .group = {1, 16}};
  for (const cl_address<float>& m : {p.c, p.a, panels ? cl_address<float>{panels, 0} : p.b}) k.add_matrix(m);
  k.add_all<cl_uint>({p.rows, p.columns, p.depth});
  k.add_all<cl_ulong>({p.of_a.outer, p.of_a.depth, panels ? panel * p.depth : panel, panels ? panel : p.columns});
  k.add(p.alpha);
  k.add(p.beta);
  return k;
}

// ---- a group of 16 × 16 makes 64 × 64 -------------------------------------------------------------------------------

inline constexpr const char* local_source = R"(
__kernel __attribute__((reqd_work_group_size(16,16,1)))
void run(__global float*c,ulong from_c,__global const float*a,ulong from_a,__global const float*b,ulong from_b,
         uint rows,uint columns,uint depth,uint a_outer,uint a_inner,uint b_outer,uint b_inner,float alpha,float beta){
  __local float left[16][65],right[16][65];
  const uint x=get_local_id(0),y=get_local_id(1),row=get_group_id(1)*64,column=get_group_id(0)*64;
  float total[4][4];
  for(uint r=0;r<4;++r)for(uint q=0;q<4;++q)total[r][q]=0;
  a+=from_a;b+=from_b;c+=from_c;
  for(uint begin=0;begin<depth;begin+=16){
    for(uint t=0;t<4;++t){    // neighbors read what lies side by side
      const uint e=y*16+x+t*256;
      const uint al=a_inner==1?e%16:e/64,ar=a_inner==1?e/16:e%64,bl=b_inner==1?e%16:e/64,bq=b_inner==1?e/16:e%64;
      left[al][ar]=begin+al<depth&&row+ar<rows?a[(ulong)(row+ar)*a_outer+(ulong)(begin+al)*a_inner]:0;
      right[bl][bq]=begin+bl<depth&&column+bq<columns?b[(ulong)(column+bq)*b_outer+(ulong)(begin+bl)*b_inner]:0;
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    for(uint r=0;r<4;++r)for(uint q=0;q<4;++q){
      float sum=0;
      for(uint l=0;l<16;++l)sum+=left[l][y*4+r]*right[l][x+16*q];
      total[r][q]+=sum;
    }
    barrier(CLK_LOCAL_MEM_FENCE);
  }
  for(uint r=0;r<4;++r)for(uint q=0;q<4;++q){
    const uint i=row+y*4+r,j=column+x+16*q;
    if(i<rows&&j<columns){
      __global float*to=c+(ulong)i*columns+j;
      *to=alpha*total[r][q]+(beta==0?0:beta**to);
    }
  }
})";

inline gemm_call local_call(const product& p) {
  constexpr std::size_t group = 16, tile = 64;
  const auto items = [](std::size_t n) { return (n + tile - 1) / tile * group; };
  gemm_call k{.source = local_source, .count = {items(p.columns), items(p.rows)}, .group = {group, group}};
  for (const cl_address<float>& m : {p.c, p.a, p.b}) k.add_matrix(m);
  k.add_all<cl_uint>({p.rows, p.columns, p.depth, p.of_a.outer, p.of_a.depth, p.of_b.outer, p.of_b.depth});
  k.add(p.alpha);
  k.add(p.beta);
  return k;
}

}    // namespace contrastive::on_opencl
